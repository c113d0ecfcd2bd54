using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Engine.Marks;

namespace Usage.Engine.Hosting;

/// <summary>Drains in the background for as long as the host runs: look, drain, rest. It ends only with the host.</summary>
internal sealed class DrainLoop(
    EngineStart start, MarkWatch watch, DrainRound round, Backfill backfill, Housekeeping housekeeping, ReplicaJournal replica,
    IOptions<UsageEngineOptions> options, TimeProvider time, EngineLog log) : BackgroundService
{
    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);

    private readonly RoundPlan plan = RoundPlan.Background(options.Value);
    private DrainResult unrecorded = DrainResult.Nothing;
    private long recordedAt;

    /// <inheritdoc/>
    /// <exception cref="Schema.UsageSchemaException">The host's setup or the application's tables lack what the engine relies on.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await start.CheckAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = false;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan rest;
            try
            {
                if (!started)
                {
                    await start.RunAsync(stoppingToken);
                    started = true;
                }

                rest = await TickAsync(stoppingToken);
                failures = 0;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops, and may have closed the connections already; what was under way is rolled back.
                return;
            }
            catch (Exception error)
            {
                // Whatever it was, the marks are still there and the loop must outlive it.
                failures++;
                watch.Forget();
                rest = DrainPacing.Backoff(failures, options.Value.MinBackoff, options.Value.MaxBackoff);
                log.DrainFailed(failures, rest, Failure.Describe(error), error);
                await RecordAsync(error, stoppingToken);
            }

            await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var look = await watch.LookAsync(cancellationToken);
        if (look.PausedSince is not null)
        {
            return settings.PollInterval;
        }

        if (!look.Marked && !look.RetryDue)
        {
            watch.FoundNothing(look);
            await RecordAsync(DrainResult.Nothing, cancellationToken);
            await housekeeping.RunWhenDueAsync(cancellationToken);
            return settings.PollInterval;
        }

        var started = time.GetTimestamp();
        var result = await round.RunAsync(
            plan, look.RetryDue ? null : watch.Horizon, workspaceId: null, progress: null, cancellationToken);
        if (result.Empty)
        {
            watch.FoundNothing(look);
        }

        // Also after a round that was not empty: once its marks are gone, the next look sees nothing and tries no other round.
        if (look.Backfilling && !result.More)
        {
            await backfill.CompleteAsync(cancellationToken);
        }

        await RecordAsync(result.Result, cancellationToken);
        await housekeeping.RunWhenDueAsync(cancellationToken);
        return DrainPacing.AfterRound(
            time.GetElapsedTime(started), result.Live ? settings.MaxDuty : settings.BackfillDuty, result.More, settings.PollInterval);
    }

    /// <summary>Records what was drained, at most once a second, so that status costs next to nothing under load.</summary>
    private async Task RecordAsync(DrainResult result, CancellationToken cancellationToken)
    {
        unrecorded += result;
        if (unrecorded.Hours == 0 || time.GetElapsedTime(recordedAt) < RecordInterval)
        {
            return;
        }

        await replica.RecordAsync(unrecorded, cancellationToken);
        unrecorded = DrainResult.Nothing;
        recordedAt = time.GetTimestamp();
    }

    /// <summary>Records an error in a transaction of its own; where even that fails, the log has it.</summary>
    private async Task RecordAsync(Exception error, CancellationToken cancellationToken)
    {
        try
        {
            await replica.RecordAsync(error, cancellationToken);
        }
        catch (Exception second) when (second is not OperationCanceledException)
        {
            log.ErrorNotRecorded(Failure.Describe(second));
        }
        catch (OperationCanceledException)
        {
            log.ErrorNotRecorded("the host stops");
        }
    }
}
