using NodaTime;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Recomputes history: marks whole hours, and drains them together with the other replicas until none is pending.
/// </summary>
internal sealed class Backfill(BackfillJournal journal, DrainRunner runner, TimeProvider time, EngineLog log)
{
    /// <summary>A throttled backfill pauses after each step, so its steps are short.</summary>
    private static readonly TimeSpan ThrottledStep = TimeSpan.FromMilliseconds(250);

    public async Task<BackfillResult> RunAsync(
        BackfillRequest request, IProgress<BackfillProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.Duty);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Duty, 1);
        var range = HourRange.Covering(request.From, request.To);
        if (request.DryRun)
        {
            var (hours, rows) = await journal.CountAsync(range.From, range.To, cancellationToken).ConfigureAwait(false);
            return new(hours, rows, 0, 0, 0, DryRun: true, Duration.Zero);
        }

        var started = time.GetTimestamp();
        var marked = await journal.MarkAsync(range.From, range.To, cancellationToken).ConfigureAwait(false);
        var drained = request.Drain
            ? await DrainAsync(marked, request.Duty, started, progress, cancellationToken).ConfigureAwait(false)
            : DrainResult.Nothing;
        return new(
            marked, drained.Rows, drained.Written, drained.Deleted, drained.Failed, DryRun: false,
            Duration.FromTimeSpan(time.GetElapsedTime(started)));
    }

    /// <summary>Marks all history, once per installed schema.</summary>
    public async Task MarkHistoryOnceAsync(CancellationToken cancellationToken)
    {
        if (await journal.MarkHistoryOnceAsync(cancellationToken).ConfigureAwait(false) is { } hours)
        {
            log.HistoryMarked(hours);
        }
    }

    /// <summary>Completes the backfills whose marks are all drained.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (await journal.CompleteAsync(cancellationToken).ConfigureAwait(false))
        {
            log.BackfillCompleted();
        }
    }

    private async Task<DrainResult> DrainAsync(
        long marked, double duty, long started, IProgress<BackfillProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = runner.Plan();
        plan = duty < 1 ? plan with { BackfillTime = ThrottledStep } : plan;
        var total = DrainResult.Nothing;
        while (await journal.CountPendingAsync(cancellationToken).ConfigureAwait(false) is > 0 and var pending)
        {
            Report(pending, DrainResult.Nothing);
            var stepStarted = time.GetTimestamp();
            var step = await runner.StepAsync(plan, workspaceId: null, soFar => Report(pending, soFar), cancellationToken).ConfigureAwait(false);
            total += step.Result;
            await Task.Delay(DrainPacing.Rest(time.GetElapsedTime(stepStarted), duty), time, cancellationToken).ConfigureAwait(false);
        }

        await CompleteAsync(cancellationToken).ConfigureAwait(false);
        Report(pending: 0, DrainResult.Nothing);
        return total;

        // Hours drained by other replicas are noticed when the pending hours are counted again, before the next step.
        void Report(long pending, DrainResult step) => progress?.Report(new(
            Math.Clamp(marked - pending + step.Hours, 0, marked), marked, total.Rows + step.Rows,
            Duration.FromTimeSpan(time.GetElapsedTime(started))));
    }
}
