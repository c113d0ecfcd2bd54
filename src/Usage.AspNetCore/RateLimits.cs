using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Usage.AspNetCore.Access;

namespace Usage.AspNetCore;

/// <summary>The policies that the endpoints name; a host that calls <c>UseRateLimiter</c> enforces them.</summary>
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
        await Problems.TooMany().ExecuteAsync(rejected.HttpContext);
    }
}

/// <summary>So many reads a minute for each viewer.</summary>
internal sealed class ReadingLimit(IOptions<UsageHttpOptions> options) : RateLimit
{
    private const int RefillsPerMinute = 60;

    public override RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetTokenBucketLimiter(
        httpContext.User.UserId()?.ToString() ?? $"address {httpContext.Connection.RemoteIpAddress}",
        _ => new()
        {
            TokenLimit = options.Value.ReadsPerMinute,
            TokensPerPeriod = Math.Max(1, options.Value.ReadsPerMinute / RefillsPerMinute),
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / Math.Min(RefillsPerMinute, options.Value.ReadsPerMinute),
        });
}

/// <summary>So many operations at a time; more are refused.</summary>
internal sealed class OperatingLimit(IOptions<UsageHttpOptions> options) : RateLimit
{
    public override RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetConcurrencyLimiter(
        "all", _ => new() { PermitLimit = options.Value.ConcurrentOperations });
}
