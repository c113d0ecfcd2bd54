using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Usage.AspNetCore.Operating;

/// <summary>Limits concurrent operating requests; further ones get a 429.</summary>
internal sealed class OperatingLimit(IOptions<UsageHttpOptions> options) : RateLimit
{
    public override RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetConcurrencyLimiter(
        "all", _ => new() { PermitLimit = options.Value.ConcurrentOperations });
}
