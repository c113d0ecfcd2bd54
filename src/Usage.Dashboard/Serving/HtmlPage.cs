using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Usage.Dashboard.Serving;

/// <summary>A rendered page or part of a page, compressed if the browser supports it and the page contains no secret.</summary>
internal sealed class HtmlPage(string html, int status = StatusCodes.Status200OK, bool holdsToken = false) : IResult
{
    /// <summary>No inline content, nothing from other hosts.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    // Encoded once for all responses.
    private readonly Lazy<byte[]> plain = new(() => Encoding.UTF8.GetBytes(html));
    private readonly Lazy<byte[]> compressed = new(() => Compress(Encoding.UTF8.GetBytes(html)));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        SecureHeaders.Set(response);
        var bytes = plain.Value;
        // Compression would leak the secret through the response length (BREACH).
        if (!holdsToken && TakesBrotli(httpContext.Request))
        {
            response.Headers.ContentEncoding = "br";
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            bytes = compressed.Value;
        }

        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted).ConfigureAwait(false);
    }

    private static bool TakesBrotli(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality is null or > 0);

    private static byte[] Compress(byte[] bytes)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, compressed, out var length, quality: 4, window: 20)
            ? compressed[..length]
            : throw new InvalidOperationException("The page could not be compressed.");
    }
}

/// <summary>The security headers of every page.</summary>
internal static class SecureHeaders
{
    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = HtmlPage.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "private, no-store";
    }
}
