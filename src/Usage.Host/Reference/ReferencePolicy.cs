using Scalar.AspNetCore;

namespace Usage.Host.Reference;

/// <summary>The reference page's content security policy: its own scripts, by nonce, and requests to this host.</summary>
internal static class ReferencePolicy
{
    /// <summary>The policy; null if the response is another page.</summary>
    public static string? Of(HttpContext context) => context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce
        ? $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
          + "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        : null;
}
