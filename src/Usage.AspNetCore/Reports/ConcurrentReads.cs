using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.AspNetCore.Access;

namespace Usage.AspNetCore.Reports;

/// <summary>
/// Limits concurrent reports per caller and in total. A report over the limit waits before it touches the database. If it waits
/// too long, or too many are already waiting, the answer is 429 if the caller's own limit is exhausted, and 503 if the total is.
/// </summary>
internal sealed class ConcurrentReads : IEndpointFilter, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> callers;
    private readonly PartitionedRateLimiter<string> freshCallers;
    private readonly ConcurrencyLimiter all;
    private readonly TimeSpan longestWait;
    private readonly TimeProvider time;

    public ConcurrentReads(IOptions<UsageHttpOptions> options, NpgsqlDataSource database, TimeProvider time)
    {
        var limits = options.Value;
        callers = PerCaller(limits.ConcurrentReadsPerCaller, limits.WaitingReadsPerCaller);
        freshCallers = PerCaller(limits.ConcurrentFreshReadsPerCaller, limits.WaitingReadsPerCaller);
        all = new(Limit(Math.Min(limits.ConcurrentReads, HalfOfPool(database)), limits.WaitingReads));
        longestWait = limits.LongestReadWait;
        this.time = time;
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var caller = CallerKey.Of(http);
        var isFresh = http.Request.Query["fresh"] == "true";
        using var fresh = isFresh
            ? await EnterAsync(cancel => freshCallers.AcquireAsync(caller, 1, cancel), http.RequestAborted).ConfigureAwait(false)
            : null;
        if (isFresh && fresh is not { IsAcquired: true })
        {
            return Refuse(http, Problems.TooManyReads());
        }

        using var own = await EnterAsync(cancel => callers.AcquireAsync(caller, 1, cancel), http.RequestAborted).ConfigureAwait(false);
        if (own is not { IsAcquired: true })
        {
            return Refuse(http, Problems.TooManyReads());
        }

        using var one = await EnterAsync(cancel => all.AcquireAsync(1, cancel), http.RequestAborted).ConfigureAwait(false);
        return one is { IsAcquired: true } ? await next(context).ConfigureAwait(false) : Refuse(http, Problems.Busy());
    }

    public async ValueTask DisposeAsync()
    {
        await callers.DisposeAsync().ConfigureAwait(false);
        await freshCallers.DisposeAsync().ConfigureAwait(false);
        await all.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The permit. Null or an unacquired lease if none became available in time.</summary>
    private async Task<RateLimitLease?> EnterAsync(
        Func<CancellationToken, ValueTask<RateLimitLease>> acquire, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(longestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await acquire(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IResult Refuse(HttpContext http, IResult problem)
    {
        http.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return problem;
    }

    private static PartitionedRateLimiter<string> PerCaller(int permits, int waiting) => PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => Limit(permits, waiting)), StringComparer.Ordinal);

    private static ConcurrencyLimiterOptions Limit(int permits, int waiting) => new()
    {
        PermitLimit = permits,
        QueueLimit = waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };

    private static int HalfOfPool(NpgsqlDataSource database)
    {
        NpgsqlConnectionStringBuilder connection = new(database.ConnectionString);
        return connection.Pooling ? Math.Max(1, connection.MaxPoolSize / 2) : int.MaxValue;
    }
}
