using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Engine.Marks;

namespace Usage.Engine.Hosting;

/// <summary>Drains in the background until the host stops: poll, drain, wait.</summary>
internal sealed class DrainLoop(
    EngineStart start, IdlePoll poll, DrainRound round, Backfill backfill, Housekeeping housekeeping, LoopJournal journal, Heartbeat heartbeat,
    SilentHosts silentHosts, IOptions<UsageEngineOptions> options, TimeProvider time) : BackgroundService
{
    private readonly RoundPlan plan = RoundPlan.Background(options.Value);
    private volatile bool started;
    private bool answered;
    private FailureRun failed;

    /// <inheritdoc/>
    /// <exception cref="Schema.UsageSchemaException">
    /// The host's setup or the application's tables lack something the engine requires.
    /// </exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await start.CheckAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The spans of its drains are no part of whatever the host was doing when it started.
        Activity.Current = null;
        return heartbeat.DuringAsync(LoopAsync(stoppingToken), BeatAsync, stoppingToken);
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan rest;
            try
            {
                answered = false;
                rest = await TickAsync(stoppingToken).ConfigureAwait(false);
                await journal.SucceededAsync(failed, stoppingToken).ConfigureAwait(false);
                failed = default;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The host is stopping and may already have closed the connections; the current drain is rolled back.
                return;
            }
            catch (Exception error)
            {
                // The marks are still in the journal, and the loop must survive any error.
                failed = IsOfTheConnection(error) ? failed.AndConnection() : failed.AndRound();
                poll.Forget();
                if (ConnectionFailure.IsReadOnly(error))
                {
                    start.LeaveServer();
                }

                rest = failed.Rest(options.Value.MinBackoff, options.Value.MaxBackoff);
                await journal.FailedAsync(failed, rest, error, stoppingToken).ConfigureAwait(false);
            }

            await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the database has answered once in this iteration, a timeout also counts as a connection failure.</summary>
    private bool IsOfTheConnection(Exception error) =>
        ConnectionFailure.Is(error) || (!answered && error is NpgsqlException and not PostgresException);

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (started)
        {
            await journal.BeatAsync(cancellationToken).ConfigureAwait(false);
            await silentHosts.EndWhenDueAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        if (!started)
        {
            await start.ReachAsync(cancellationToken).ConfigureAwait(false);
            answered = true;
            await start.RunAsync(cancellationToken).ConfigureAwait(false);
            started = true;
        }

        var settings = options.Value;
        var state = await poll.PollAsync(cancellationToken).ConfigureAwait(false);
        answered = true;
        await journal.AnsweredAsync(failed, cancellationToken).ConfigureAwait(false);
        if (state.PausedSince is not null)
        {
            return settings.PollInterval;
        }

        if (!state.Marked && !state.RetryDue)
        {
            poll.FoundNothing(state);
            await journal.DrainedAsync(DrainResult.Nothing, cancellationToken).ConfigureAwait(false);
            await housekeeping.RunWhenDueAsync(cancellationToken).ConfigureAwait(false);
            return settings.PollInterval;
        }

        var startedAt = time.GetTimestamp();
        var result = await round.RunAsync(
            plan, state.RetryDue ? null : poll.Horizon, workspaceId: null, progress: null, cancellationToken).ConfigureAwait(false);
        if (result.Empty)
        {
            poll.FoundNothing(state);
        }

        // Also after a round that drained something: with its marks gone, the next poll finds nothing and runs no further round.
        if (state.Backfilling && !result.More)
        {
            await backfill.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await journal.DrainedAsync(result.Result, cancellationToken).ConfigureAwait(false);
        await housekeeping.RunWhenDueAsync(cancellationToken).ConfigureAwait(false);
        return DrainPacing.AfterRound(
            time.GetElapsedTime(startedAt), result.Live ? settings.MaxDuty : settings.BackfillDuty, result.More, settings.PollInterval);
    }
}
