using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Usage.AspNetCore.Recording;

/// <summary>So many recordings at a time; more wait.</summary>
internal sealed class RecordingLimit(IOptions<UsageHttpOptions> options) : RateLimit
{
    public override RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetConcurrencyLimiter(
        "all",
        _ => new()
        {
            PermitLimit = options.Value.ConcurrentRecordings,
            QueueLimit = options.Value.WaitingRecordings,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
}
