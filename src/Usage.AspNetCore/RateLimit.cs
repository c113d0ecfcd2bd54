using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Usage.AspNetCore;

/// <summary>Rate limiter policies that the endpoints require. They take effect if the host calls <c>UseRateLimiter</c>.</summary>
internal abstract class RateLimit : IRateLimiterPolicy<string>
{
    public const string Reading = "usage-reading";
    public const string Operating = "usage-operating";

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected { get; } = RefuseAsync;

    public abstract RateLimitPartition<string> GetPartition(HttpContext httpContext);

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        rejected.HttpContext.Response.Headers.RetryAfter =
            Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await Problems.TooMany().ExecuteAsync(rejected.HttpContext).ConfigureAwait(false);
    }
}
