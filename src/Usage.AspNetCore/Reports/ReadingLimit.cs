using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Usage.AspNetCore.Access;

namespace Usage.AspNetCore.Reports;

/// <summary>Limits reads per minute and caller.</summary>
internal sealed class ReadingLimit(IOptions<UsageHttpOptions> options) : RateLimit
{
    private const int RefillsPerMinute = 60;

    public override RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetTokenBucketLimiter(
        CallerKey.Of(httpContext),
        _ => new()
        {
            TokenLimit = options.Value.ReadsPerMinute,
            TokensPerPeriod = Math.Max(1, options.Value.ReadsPerMinute / RefillsPerMinute),
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / Math.Min(RefillsPerMinute, options.Value.ReadsPerMinute),
        });
}
