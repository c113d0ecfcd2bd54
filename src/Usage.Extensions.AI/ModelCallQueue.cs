using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;
using Usage.Engine.Recording;

namespace Usage.Extensions.AI;

/// <summary>Records model calls in the background. When the host stops, it records the queued calls for as long as the host allows.</summary>
internal sealed class ModelCallQueue(
    IUsageRecorder recorder, CallPrices prices, IOptions<UsageChatOptions> options, ModelCallMetrics metrics, TimeProvider time,
    ILogger<ModelCallQueue> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>A call queued for longer is stored with its own time, others with the time of the database, whose clock may differ from the host's.</summary>
    private static readonly Duration Late = Duration.FromMinutes(1);

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Channel<ModelCall> calls =
        Channel.CreateBounded<ModelCall>(new BoundedChannelOptions(options.Value.QueueCapacity) { FullMode = BoundedChannelFullMode.Wait });

    private readonly CancellationTokenSource abandoned = new();
    private Task recording = Task.CompletedTask;
    private long refused;
    private long loggedAt;

    /// <summary>Never waits and never throws. When the queue is full, the call is dropped.</summary>
    public void Add(ModelCall call)
    {
        if (!calls.Writer.TryWrite(call))
        {
            metrics.Count(ModelCallMetrics.Lost);
            LogRefused(Interlocked.Increment(ref refused));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The recorders run for longer than the start, so they don't inherit its execution context.
        using (ExecutionContext.SuppressFlow())
        {
            recording = Task.WhenAll(Enumerable.Range(0, options.Value.MaxConcurrency).Select(_ => RecordAllAsync()));
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        calls.Writer.TryComplete();
        await using (cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), abandoned)
            .ConfigureAwait(false))
        {
            await recording.ConfigureAwait(false);
        }

        var lost = 0L;
        while (calls.Reader.TryRead(out _))
        {
            lost++;
        }

        if (lost > 0)
        {
            metrics.Count(ModelCallMetrics.Lost, lost);
            logger.LostAtStop(lost);
        }
    }

    public void Dispose() => abandoned.Dispose();

    private async Task RecordAllAsync()
    {
        while (!abandoned.IsCancellationRequested && await calls.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (!abandoned.IsCancellationRequested && calls.Reader.TryRead(out var call))
            {
                await RecordAsync(call).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A retry is safe after any failure: the key makes it idempotent.</summary>
    private async Task RecordAsync(ModelCall call)
    {
        while (true)
        {
            try
            {
                var isAdded = await recorder.AddAsync(
                    call.TaskId, call.Key, [await EntryAsync(call).ConfigureAwait(false)], abandoned.Token).ConfigureAwait(false);
                metrics.Count(isAdded ? ModelCallMetrics.Recorded : ModelCallMetrics.Repeated);
                return;
            }
            catch (NpgsqlException failure) when (failure.IsTransient && !abandoned.IsCancellationRequested)
            {
                logger.CallTriedAgain(call.TaskId, RetryDelay, failure);
                await Task.Delay(RetryDelay, time, abandoned.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
#pragma warning disable CA1031 // An error in one call must not stop the recording of later ones.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                metrics.Count(ModelCallMetrics.Lost);
                logger.CallLost(call.TaskId, failure);
                return;
            }
        }
    }

    private async Task<UsageEntry> EntryAsync(ModelCall call)
    {
        var cost = await prices.TicksAsync(call.Provider, call.Model, call.EndedAt, call.Tokens, abandoned.Token).ConfigureAwait(false);
        var waited = Instant.FromDateTimeOffset(time.GetUtcNow()) - call.EndedAt;
        return call.ToEntry(cost, waited > Late ? call.EndedAt : null);
    }

    private void LogRefused(long number)
    {
        var (now, before) = (time.GetTimestamp(), Interlocked.Read(ref loggedAt));
        if ((number == 1 || time.GetElapsedTime(before, now) >= LogInterval)
            && Interlocked.CompareExchange(ref loggedAt, now, before) == before)
        {
            logger.QueueFull(number);
        }
    }
}
