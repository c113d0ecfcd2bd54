using System.Globalization;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Engine.Maintenance;

namespace Usage.Benchmarks.Merge;

/// <summary>
/// Moves many tasks across all history to another runtime in one statement. Measures what the triggers add to the statement, and
/// the drain that follows against a backfill of all history, which recomputes the same buckets.
/// </summary>
internal sealed class MergeBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 1.5), Target.AtMost("drain_over_backfill", 1)];

    private const int UpdateRounds = 7;
    private const int MendRounds = 5;
    private const int Rows = 1_000_000;
    private const int Hours = 180 * 24;
    private const int Tasks = 50_000;
    private const string MovedTable = "public.agent_task_queue";

    // As autovacuum would do, so that leftovers of earlier rounds affect all equally. Removes the marks of earlier rounds.
    private static readonly string[] Tidying =
    [
        "truncate usage_rollup.dirty",
        $"vacuum {MovedTable}",
        "vacuum usage_rollup.hourly, usage_rollup.hourly_tasks",
        "checkpoint",
    ];

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        var tasks = setting.Sized(Tasks);
        await using var data = await DataSet.OpenAsync(
            setting.Server, string.Create(CultureInfo.InvariantCulture, $"merge_{tasks}"), setting.Sized(Rows), setting.Sized(Hours),
            cancellationToken, (made, stop) => RuntimeMerge.PrepareAsync(made, tasks, stop));
        var merge = await RuntimeMerge.OpenAsync(data, cancellationToken);
        var moved = 0;
        var updates = await Alternation.RunAsync(
            "s", UpdateRounds,
            [
                new("update with triggers", stop => TidyAsync(data, triggers: true, stop), MoveAsync),
                new("update without", stop => TidyAsync(data, triggers: false, stop), MoveAsync),
            ],
            cancellationToken);

        // The warm-up round also rolls up what is not rolled up yet.
        var mends = await Alternation.RunAsync(
            "s", MendRounds,
            [
                new("drain", stop => MovedAsync(triggers: true, stop), stop => SecondsAsync(() =>
                    data.Engine.DrainAsync(cancellationToken: stop))),
                new("backfill", stop => MovedAsync(triggers: false, stop), stop => SecondsAsync(() =>
                    data.Engine.BackfillAsync(new BackfillRequest(), cancellationToken: stop))),
            ],
            cancellationToken);

        await EngineTriggers.SwitchAsync(data, MovedTable, enabled: true, cancellationToken);
        return new(
            updates[0].RatioTo(updates[1]), "the update's time with triggers divided by that without", Targets, [.. updates, .. mends],
            await data.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["rows"] = setting.Sized(Rows),
                ["tasks"] = moved,
                ["with_s"] = updates[0].Median,
                ["without_s"] = updates[1].Median,
                ["drain_s"] = mends[0].Median,
                ["backfill_s"] = mends[1].Median,
                ["drain_over_backfill"] = mends[0].RatioTo(mends[1]),
            });

        Task<double> MoveAsync(CancellationToken stop) => SecondsAsync(async () => moved = await merge.MoveAsync(stop));

        async Task MovedAsync(bool triggers, CancellationToken stop)
        {
            await TidyAsync(data, triggers, stop);
            moved = await merge.MoveAsync(stop);
        }
    }

    private static async Task TidyAsync(DataSet data, bool triggers, CancellationToken cancellationToken)
    {
        await EngineTriggers.SwitchAsync(data, MovedTable, triggers, cancellationToken);
        foreach (var sql in Tidying)
        {
            await data.ExecuteAsync(sql, cancellationToken);
        }
    }

    private async Task<double> SecondsAsync(Func<Task> work) => (await setting.TimeAsync(work)).TotalSeconds;
}
