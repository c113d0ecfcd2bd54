using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;

namespace Usage.Engine.Hosting;

/// <summary>Reports what the loop does: to the log, and to status whenever the database is reachable.</summary>
internal sealed class LoopJournal(ReplicaJournal replica, TimeProvider time, EngineLog log)
{
    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(1);

    private DrainResult unrecordedDrains = DrainResult.Nothing;
    private long recordedAt;
    private (Exception Error, long At)? unrecordedError;
    private long? warnedAt;

    public Task BeatAsync(CancellationToken cancellationToken) => replica.BeatAsync(cancellationToken);

    /// <summary>Records what was drained, at most once a second, to keep the cost negligible under load.</summary>
    public async Task DrainedAsync(DrainResult result, CancellationToken cancellationToken)
    {
        unrecordedDrains += result;
        if (unrecordedDrains.Hours == 0 || time.GetElapsedTime(recordedAt) < RecordInterval)
        {
            return;
        }

        await replica.RecordAsync(unrecordedDrains, cancellationToken).ConfigureAwait(false);
        unrecordedDrains = DrainResult.Nothing;
        recordedAt = time.GetTimestamp();
    }

    /// <summary>Records, as soon as the database answers, what could not be recorded during the outage.</summary>
    public async Task AnsweredAsync(FailureRun before, CancellationToken cancellationToken)
    {
        if (unrecordedError is { } last)
        {
            await replica.RecordAsync(last.Error, time.GetElapsedTime(last.At), before.Rounds, cancellationToken).ConfigureAwait(false);
            unrecordedError = null;
        }

        if (warnedAt is not null)
        {
            log.DatabaseBack(before.Connections);
            warnedAt = null;
        }
    }

    /// <summary>Records that the loop has recovered from failing rounds.</summary>
    public Task SucceededAsync(FailureRun before, CancellationToken cancellationToken) =>
        before.Rounds > 0 ? replica.RecordRecoveryAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Logs an outage when it begins and then once a minute, and records it when it is over. A failed round is logged and
    /// recorded immediately.
    /// </summary>
    public async Task FailedAsync(FailureRun failed, TimeSpan rest, Exception error, CancellationToken cancellationToken)
    {
        if (failed.Connections > 0)
        {
            unrecordedError = (error, time.GetTimestamp());
            LogOutage(failed, rest, error);
            return;
        }

        log.DrainFailed(failed.Rounds, rest, Failure.Describe(error), error);
        try
        {
            await replica.RecordAsync(error, TimeSpan.Zero, failed.Rounds, cancellationToken).ConfigureAwait(false);
            unrecordedError = null;
        }
        catch (Exception second)
        {
            // The log has it even if the host stops before it can be recorded.
            unrecordedError = (error, time.GetTimestamp());
            log.ErrorNotRecorded(Failure.Describe(second));
        }
    }

    private void LogOutage(FailureRun failed, TimeSpan rest, Exception error)
    {
        if (warnedAt is { } at && time.GetElapsedTime(at) < RepeatInterval)
        {
            log.DatabaseStillAway(failed.Connections, rest, Failure.Describe(error));
            return;
        }

        warnedAt = time.GetTimestamp();
        log.DatabaseAway(rest, Failure.Describe(error), error);
    }
}
