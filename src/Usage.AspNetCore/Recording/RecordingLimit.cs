using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Usage.AspNetCore.Access;

namespace Usage.AspNetCore.Recording;

/// <summary>
/// Limits recordings. Each caller may have a number of open requests. Once its body has arrived, a request waits for a permit to
/// write, first per caller and then globally, so slow senders hold no permit.
/// </summary>
internal sealed class RecordingLimit : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> open;
    private readonly PartitionedRateLimiter<string> ofTheCaller;
    private readonly ConcurrencyLimiter all;

    public RecordingLimit(IOptions<UsageHttpOptions> options)
    {
        var limits = options.Value;
        open = PerCaller(limits.OpenRecordingsPerCaller, waiting: 0);
        ofTheCaller = PerCaller(limits.ConcurrentRecordingsPerCaller, int.MaxValue);
        all = new(new() { PermitLimit = limits.ConcurrentRecordings, QueueLimit = int.MaxValue });
    }

    /// <summary>Admits a request, or answers 429.</summary>
    public async ValueTask<object?> AdmitAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        using var lease = open.AttemptAcquire(CallerKey.Of(http));
        if (lease.IsAcquired)
        {
            return await next(context).ConfigureAwait(false);
        }

        http.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Problems.TooMany();
    }

    /// <summary>Waits for a permit to write. The caller disposes of it.</summary>
    public async ValueTask<IDisposable> TakeTurnAsync(HttpContext context)
    {
        var own = await ofTheCaller.AcquireAsync(CallerKey.Of(context), cancellationToken: context.RequestAborted).ConfigureAwait(false);
        try
        {
            return new Turn(own, await all.AcquireAsync(cancellationToken: context.RequestAborted).ConfigureAwait(false));
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await open.DisposeAsync().ConfigureAwait(false);
        await ofTheCaller.DisposeAsync().ConfigureAwait(false);
        await all.DisposeAsync().ConfigureAwait(false);
    }

    private static PartitionedRateLimiter<string> PerCaller(int permits, int waiting) => PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => new() { PermitLimit = permits, QueueLimit = waiting }));

    private sealed class Turn(RateLimitLease own, RateLimitLease ofAll) : IDisposable
    {
        public void Dispose()
        {
            ofAll.Dispose();
            own.Dispose();
        }
    }
}
