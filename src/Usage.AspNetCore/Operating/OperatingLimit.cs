using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Usage.AspNetCore.Operating;

/// <summary>So many operations at a time; more are refused.</summary>
internal sealed class OperatingLimit(IOptions<UsageHttpOptions> options) : RateLimit
{
    public override RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetConcurrencyLimiter(
        "all", _ => new() { PermitLimit = options.Value.ConcurrentOperations });
}
