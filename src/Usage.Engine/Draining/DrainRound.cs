using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Engine.Marks;
using Usage.Engine.Storage;

namespace Usage.Engine.Draining;

/// <summary>What a round did.</summary>
/// <param name="Result">The sum of its drains.</param>
/// <param name="Empty">Whether the journal held nothing that was due.</param>
/// <param name="More">Whether work is known to wait that this round has not tried.</param>
/// <param name="Live">Whether live hours were among it.</param>
internal sealed record RoundResult(DrainResult Result, bool Empty, bool More, bool Live);

/// <summary>One look over the journal: expands entities, picks hours once, and drains them batch by batch.</summary>
internal sealed class DrainRound(
    NpgsqlDataSource database, MarkExpander expander, Drainer drainer, SetAsideMarks setAside,
    IDrainObserver observer, EngineMetrics metrics, IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private const int HoursPerPick = 1_024;
    private int batchHours = 16;

    /// <param name="horizon">Only marks beyond it; null for all.</param>
    /// <param name="workspaceId">Only what may concern this workspace; null for all.</param>
    /// <param name="connections">How many drains run at a time.</param>
    /// <param name="backfillTime">After this long no further batch of backfill is begun, so that live marks are looked for again.</param>
    public async Task<RoundResult> RunAsync(
        MarkHorizon? horizon, Guid? workspaceId, int connections, TimeSpan backfillTime, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var failed = 0;
        var pick = await PickAsync(horizon, workspaceId, cancellationToken);
        if (pick.EntitiesPending)
        {
            failed = await expander.ExpandAsync(horizon, cancellationToken);
            pick = await PickAsync(horizon, workspaceId, cancellationToken);
        }

        await observer.ReachedAsync(DrainStep.Picked, cancellationToken);

        HourQueue queue = new(pick.Hours, backfillTime, time);
        var workers = Enumerable.Range(0, Math.Min(connections, pick.Hours.Count)).Select(_ => WorkAsync(queue, cancellationToken));
        var total = (await Task.WhenAll(workers)).Aggregate(DrainResult.Nothing, DrainResult.Add) with
        {
            Elapsed = Duration.FromTimeSpan(time.GetElapsedTime(started)),
        };
        return new(
            total with { Failed = total.Failed + failed }, pick.IsEmpty && failed == 0, pick.More || queue.LeftOver,
            pick.Hours.Any(hour => hour.Live));
    }

    private async Task<MarkPick> PickAsync(MarkHorizon? horizon, Guid? workspaceId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await MarkJournal.PickAsync(connection, HoursPerPick, horizon, workspaceId, cancellationToken);
    }

    private async Task<DrainResult> WorkAsync(HourQueue queue, CancellationToken cancellationToken)
    {
        var total = DrainResult.Nothing;
        while (queue.Take(Volatile.Read(ref batchHours)) is { Count: > 0 } hours)
        {
            var result = await DrainOrSplitAsync(hours, cancellationToken);
            if (result.Hours > 0)
            {
                var settings = options.Value;
                Volatile.Write(
                    ref batchHours,
                    DrainPacing.NextBatchHours(hours.Count, result.Rows, settings.TargetRowsPerBatch, settings.MaxHoursPerBatch));
            }

            total += result;
        }

        return total;
    }

    /// <summary>A batch that fails is split until the failing hour is alone; that one is set aside and the others go on.</summary>
    private async Task<DrainResult> DrainOrSplitAsync(IReadOnlyList<MarkedHour> hours, CancellationToken cancellationToken)
    {
        using var activity = EngineTracing.StartDrain(hours.Count);
        try
        {
            var result = await drainer.DrainAsync(hours, cancellationToken);
            metrics.Drained(result);
            return result;
        }
        catch (Exception error) when (Failure.IsOfTheData(error))
        {
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, Failure.Describe(error));
            if (hours is [var alone])
            {
                await setAside.RecordAsync(alone.Hour, error, cancellationToken);
                metrics.SetAside();
                return DrainResult.Nothing with { Failed = 1 };
            }
        }

        var half = hours.Count / 2;
        return await DrainOrSplitAsync([.. hours.Take(half)], cancellationToken)
            + await DrainOrSplitAsync([.. hours.Skip(half)], cancellationToken);
    }
}
