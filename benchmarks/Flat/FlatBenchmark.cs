using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Traffic;

namespace Usage.Benchmarks.Flat;

/// <summary>Drains the same traffic on a long and on a short history.</summary>
internal sealed class FlatBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 1.2)];

    private const int Rounds = 100;
    private const int RowsPerHour = 400;
    private const int ShortHours = 10 * 24;
    private const int LongHours = 320 * 24;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var brief = await OpenAsync(ShortHours, cancellationToken);
        await using var lengthy = await OpenAsync(LongHours, cancellationToken);
        var series = await Alternation.RunAsync(
            "ms", Rounds, [Drain("long history", lengthy), Drain("short history", brief)], cancellationToken);
        return new(
            series[0].RatioTo(series[1]), "the drain's time on a long history divided by that on a short one", Targets, series,
            await lengthy.DrainAndCountDriftAsync(cancellationToken) + await brief.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["long_rows"] = Rows(LongHours),
                ["short_rows"] = Rows(ShortHours),
                ["p50_ms"] = series[0].Median,
                ["p99_ms"] = Series.Quantile(series[0].Values, 0.99),
                ["short_p50_ms"] = series[1].Median,
                ["short_p99_ms"] = Series.Quantile(series[1].Values, 0.99),
            });
    }

    private async Task<DataSet> OpenAsync(int hours, CancellationToken cancellationToken)
    {
        var data = await DataSet.OpenAsync(setting.Server, "flat", Rows(hours), setting.Sized(hours), cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        return data;
    }

    private Competitor Drain(string name, DataSet data) =>
        new FiveMinutes(setting, data).Competitor(name, stop => data.Engine.DrainAsync(cancellationToken: stop));

    private int Rows(int hours) => setting.Sized(hours) * RowsPerHour;
}
