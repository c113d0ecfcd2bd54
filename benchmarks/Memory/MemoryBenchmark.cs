using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Memory;

/// <summary>Measures the peak memory of a backfill of all history, and whether twice the history needs more.</summary>
internal sealed class MemoryBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 1.1), Target.AtMost("peak_mb", 200), Target.AtMost("peak_mb_4m", 200)];

    // A backfill takes many seconds.
    private const int Rounds = 3;

    private const string EmptySql = """
        truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.backfill;
        checkpoint
        """;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var quarter = await QuarterHistory.OpenAsync(setting, quarters: 1, cancellationToken);
        await using var half = await QuarterHistory.OpenAsync(setting, quarters: 2, cancellationToken);
        var series = await Alternation.RunAsync(
            "MiB", Rounds, [Backfill("one quarter", quarter), Backfill("two quarters", half)], cancellationToken, warmUp: false);
        return new(
            series[1].RatioTo(series[0]), "the peak for twice the rows divided by that for the rows", Targets, series,
            await quarter.DrainAndCountDriftAsync(cancellationToken) + await half.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["rows"] = setting.Sized(QuarterHistory.Rows),
                ["peak_mb"] = series[0].Median,
                ["peak_mb_4m"] = series[1].Median,
            });
    }

    private Competitor Backfill(string name, DataSet data) => new(
        name, stop => data.ExecuteAsync(EmptySql, stop), stop => MeasuredProgram.RunAsync(data.ConnectionString, ["backfill", "--json"], setting.Time, stop));
}
