using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Scale;

/// <summary>
/// Measures what grows with the history: 2, 8 and 20 million usage rows, at the same rate of usage over 3, 12 and 30 months. Each size is
/// generated, measured and dropped.
/// </summary>
internal sealed class ScaleBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private const string Name = "scale";

    /// <summary>Models of each task, so that the largest size takes 8 GB of disk.</summary>
    private const int Models = 4;

    private const double FreshMilliseconds = 1_000;

    private static readonly Target[] Targets =
    [
        Target.AtMost(Target.Ratio, 1.5), Target.AtMost("fresh_p99_ms", FreshMilliseconds), Target.AtMost("backfill_mb", 200),
    ];

    private static readonly int[] Quarters = [1, 4, 10];

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        List<SizeFigures> sizes = [];
        foreach (var quarters in Quarters)
        {
            var (rows, hours) = (quarters * setting.Sized(QuarterHistory.Rows), quarters * QuarterHistory.Days * 24);
            await using (var data = await DataSet.OpenAsync(setting.Server, Name, rows, hours, cancellationToken, models: Models))
            {
                sizes.Add(await new SizeRun(setting, data, rows).MeasureAsync(cancellationToken));
            }

            await setting.Server.DropAsync(DataSet.NameOf(Name, rows, hours), cancellationToken);
        }

        var (least, most) = (sizes[0], sizes[^1]);
        return new(
            most.Reads.Zip(least.Reads, (large, small) => large.Median / small.Median).Max(),
            "the report that slows down most from the smallest history to the largest, largest divided by smallest", Targets,
            [.. sizes.SelectMany(size => size.AllSeries)], sizes.Sum(size => size.Drift),
            new Dictionary<string, double>
            {
                ["rows"] = most.Rows,
                ["fresh_p99_ms"] = Series.Quantile(most.Freshness.Values, 0.99),
                ["ingest_ratio"] = most.Ingest.Median / least.Ingest.Median,
                ["backfill_mb"] = most.BackfillPeak.Median,
                ["backfill_rows_per_s"] = most.Rows / most.BackfillTime.Median,
                ["verify_s"] = most.VerifyTime.Median,
                ["rollup_share"] = most.RollupSize.Median / most.RawSize.Median,
            });
    }
}
