using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Incumbent;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Traffic;

namespace Usage.Benchmarks.Steady;

/// <summary>Drains five minutes of changes on a long history, against the incumbent's tick over the same changes.</summary>
internal sealed class SteadyBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtLeast(Target.Ratio, 100)];

    private const int Rounds = 20;
    private const int RowsPerHour = 950;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        // About three usage rows per two tasks.
        var tasks = setting.Sized(2_000_000);
        var rows = (int)(tasks * 1.52);
        await using var data = await DataSet.OpenAsync(
            setting.Server, "steady", rows, Math.Max(1, rows / RowsPerHour), cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        IncumbentRollup incumbent = new(data);
        await incumbent.InstallAsync(cancellationToken);

        FiveMinutes traffic = new(setting, data);
        var keys = 0L;
        var series = await Alternation.RunAsync(
            "ms", Rounds,
            [
                traffic.Competitor("incumbent", async stop => keys = await incumbent.TickAsync(stop)),
                traffic.Competitor("engine", stop => data.Engine.DrainAsync(cancellationToken: stop)),
            ],
            cancellationToken);

        if (keys == 0)
        {
            throw new InvalidOperationException("The incumbent's last tick recomputed no keys: there was no traffic to compare.");
        }

        var drift = await data.DrainAndCountDriftAsync(cancellationToken);
        return new(
            series[0].RatioTo(series[1]), "the incumbent's time divided by the engine's", Targets, series,
            drift + await incumbent.CountDifferencesAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["tasks"] = tasks,
                ["rows"] = rows,
                ["keys"] = keys,
                ["p50_ms"] = series[1].Median,
                ["p99_ms"] = Series.Quantile(series[1].Values, 0.99),
                ["incumbent_ms"] = series[0].Median,
            });
    }
}
