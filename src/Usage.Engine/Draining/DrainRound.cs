using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>The result of a round.</summary>
/// <param name="Result">The sum of its drains.</param>
/// <param name="Empty">Whether nothing in the journal was due.</param>
/// <param name="More">Whether the journal holds more work that this round did not attempt.</param>
/// <param name="Live">Whether the round included live hours.</param>
internal sealed record RoundResult(DrainResult Result, bool Empty, bool More, bool Live);

/// <summary>One round over the journal: expands entities, picks hours once, and drains them batch by batch.</summary>
internal sealed class DrainRound(
    NpgsqlDataSource database, MarkExpander expander, Drainer drainer, SetAsideMarks setAside,
    IDrainObserver observer, EngineMetrics metrics, TimeProvider time)
{
    /// <param name="plan">The limits of the round.</param>
    /// <param name="horizon">Only marks beyond it; null for all.</param>
    /// <param name="workspaceId">Only what may affect this workspace; null for all.</param>
    /// <param name="progress">Receives the round's running total after each batch, from one worker at a time.</param>
    /// <param name="cancellationToken">Ends the round; uncommitted marks are restored.</param>
    public async Task<RoundResult> RunAsync(
        RoundPlan plan, MarkHorizon? horizon, Guid? workspaceId, Action<DrainResult>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var failed = 0;
        var pick = await PickAsync(plan, horizon, workspaceId, cancellationToken).ConfigureAwait(false);
        if (pick.EntitiesPending)
        {
            failed = (await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ =>
                expander.ExpandAsync(horizon, cancellationToken))).ConfigureAwait(false)).Sum();
            pick = await PickAsync(plan, horizon, workspaceId, cancellationToken).ConfigureAwait(false);
        }

        await observer.ReachedAsync(DrainStep.Picked, cancellationToken).ConfigureAwait(false);

        var workers = Math.Min(plan.Connections, pick.Hours.Count);
        HourQueue queue = new(pick.Hours, workers, plan.BackfillTime, time);
        RoundTally tally = new(DrainResult.Nothing with { Failed = failed }, progress);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(queue, plan, horizon, tally, cancellationToken))).ConfigureAwait(false);
        var total = tally.Total with { Elapsed = Duration.FromTimeSpan(time.GetElapsedTime(started)) };
        return new(total, pick.IsEmpty && failed == 0, pick.More || queue.LeftOver, pick.Hours.Any(hour => hour.Live));
    }

    private async Task<MarkPick> PickAsync(RoundPlan plan, MarkHorizon? horizon, Guid? workspaceId, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await MarkJournal.PickAsync(connection, plan.MaxHours, horizon, workspaceId, cancellationToken).ConfigureAwait(false);
    }

    private async Task WorkAsync(
        HourQueue queue, RoundPlan plan, MarkHorizon? horizon, RoundTally tally, CancellationToken cancellationToken)
    {
        var rollup = plan.RentRollup();
        while (queue.Take(plan.Batch.Hours) is { Count: > 0 } hours)
        {
            var result = await DrainOrSplitAsync(hours, horizon, rollup, cancellationToken).ConfigureAwait(false);
            if (result.Hours > 0)
            {
                plan.Batch.Follow(hours.Count, result.Rows);
            }

            tally.Add(result);
        }

        plan.ReturnRollup(rollup);
    }

    /// <summary>
    /// A batch that fails as a whole, with a data error or a timeout, is split until the failing hour is alone. That hour is set
    /// aside, and the others continue. Any other failure ends the round.
    /// </summary>
    private async Task<DrainResult> DrainOrSplitAsync(
        IReadOnlyList<MarkedHour> hours, MarkHorizon? horizon, HourRollup rollup, CancellationToken cancellationToken)
    {
        try
        {
            return await DrainAsync(hours, horizon, rollup, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOfTheWork(error))
        {
            if (hours is [var alone])
            {
                await setAside.RecordAsync(alone.Hour, error, cancellationToken).ConfigureAwait(false);
                metrics.SetAside(1);
                return DrainResult.Nothing with { Failed = 1 };
            }
        }

        var half = hours.Count / 2;
        return await DrainOrSplitAsync([.. hours.Take(half)], horizon, rollup, cancellationToken).ConfigureAwait(false)
            + await DrainOrSplitAsync([.. hours.Skip(half)], horizon, rollup, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DrainResult> DrainAsync(
        IReadOnlyList<MarkedHour> hours, MarkHorizon? horizon, HourRollup rollup, CancellationToken cancellationToken)
    {
        using var activity = EngineTracing.StartDrain(hours.Count);
        var started = time.GetTimestamp();
        try
        {
            var result = await drainer.DrainAsync(hours, horizon, rollup, cancellationToken).ConfigureAwait(false);
            metrics.Drained(
                result.Hours, result.Marks, result.Rows, result.Written, result.Deleted, result.Elapsed.ToTimeSpan());
            metrics.SetAside(result.Failed);
            return result;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.DrainFailed(error, time.GetElapsedTime(started));
            EngineTracing.Failed(activity, error);
            throw;
        }
    }

    /// <summary>Adds up the results of concurrent workers.</summary>
    private sealed class RoundTally(DrainResult start, Action<DrainResult>? progress)
    {
        private readonly Lock gate = new();

        public DrainResult Total { get; private set; } = start;

        public void Add(DrainResult result)
        {
            lock (gate)
            {
                Total += result;
                progress?.Invoke(Total);
            }
        }
    }
}
