using System.Net;

namespace Usage.Host.Authentication;

/// <summary>
/// Keeps web pages of other sites out of a host without authentication: what a browser sends for them comes from loopback too,
/// but under another host name, or with another origin. A proxy in front would bring in others, so what it forwards is refused.
/// </summary>
internal static class LoopbackGuard
{
    public static void UseLoopbackGuard(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (IsLoopback(context.Request.Host.Host) && IsOwnOrigin(context.Request) && !IsForwarded(context.Request))
        {
            await next(context);
            return;
        }

        await TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Not allowed",
                detail: "Without authentication this host answers programs and pages of this machine only.")
            .ExecuteAsync(context);
    });

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsForwarded(HttpRequest request) =>
        request.Headers.ContainsKey("Forwarded") || request.Headers.ContainsKey("X-Forwarded-For")
        || request.Headers.ContainsKey("X-Forwarded-Host") || request.Headers.ContainsKey("Via");

    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin is not [{ } origin, ..] || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
