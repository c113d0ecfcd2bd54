using System.Net;

namespace Usage.Host.Authentication;

/// <summary>
/// Protects a host without authentication. Another site's page can reach it through a browser on this machine, but such a request
/// carries a foreign site, origin or host name. Forwarded requests are rejected too, because a local proxy could let others in.
/// </summary>
internal static class LoopbackGuard
{
    private static readonly string[] ForwardedPrefixes = ["X-Forwarded", "X-Original-", "CF-", "X-Envoy-", "X-Azure-", "X-Appengine-"];

    private static readonly string[] Forwarded =
    [
        "Forwarded", "Via", "X-Real-IP", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "X-Remote-IP",
        "X-Remote-Addr", "Fastly-Client-IP", "Fly-Client-IP", "Client-IP", "CDN-Loop",
    ];

    public static void UseLoopbackGuard(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (IsOfThisMachine(context))
        {
            await next(context);
            return;
        }

        await TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Forbidden",
                detail: "Without authentication, this host answers only programs and pages on this machine.")
            .ExecuteAsync(context);
    });

    private static bool IsOfThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && IsLoopback(context.Request.Host.Host) && IsOwnOrigin(context.Request) && IsOwnSite(context.Request)
        && !context.Request.Headers.Any(header => IsForwarded(header.Key));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsForwarded(string header) =>
        Forwarded.Contains(header, StringComparer.OrdinalIgnoreCase)
        || ForwardedPrefixes.Any(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool IsOwnOrigin(HttpRequest request) => request.Headers.Origin is var origin
        && (origin.Count == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Browsers send <c>same-origin</c> for the host's own pages and <c>none</c> for a typed address; other programs don't send
    /// the header.
    /// </summary>
    private static bool IsOwnSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"] is var site
        && (site.Count == 0 || site == "same-origin" || site == "none");
}
