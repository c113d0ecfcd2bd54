using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Engine.Reporting;

namespace Usage.Benchmarks.Reads;

/// <summary>Every report that the rollup serves: from the rollup against raw rows, and over HTTP.</summary>
internal sealed class ReadsBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtLeast(Target.Ratio, 10), Target.AtMost("p95_ms", 100), Target.AtMost("slowest_p95_ms", 100)];

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var data = await QuarterHistory.OpenAsync(setting, quarters: 1, cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        await data.Prices.LoadStartListAsync(cancellationToken);

        List<ReportTimes> reports = [];
        foreach (var question in ReportQuestion.About(await Subject.FindAsync(data, cancellationToken)))
        {
            reports.Add(new(question, await question.Subject.CountBucketsAsync(data, question, cancellationToken)));
        }

        SourceAlternation sources = new(data.Reports, setting.Time);
        foreach (var report in reports)
        {
            await sources.RunAsync(report, cancellationToken);
            Console.Error.WriteLine(
                $"{report.Question.Uri}: rollup {Series.Quantile(report.Rollup, 0.5):N1} ms, raw {Series.Quantile(report.Raw, 0.5):N0} ms");
        }

        // One raw report without a limit, to show the ratios beyond it.
        var largest = reports.MaxBy(report => report.Buckets)!.Question;
        var whole = await sources.ReadAsync(largest, ReportMode.Raw, cancellationToken);

        await new ReportsOverHttp(data, setting.Time).RunAsync(reports, cancellationToken);
        ReportTable.Write(reports);
        return Summarize(reports, whole, await data.DrainAndCountDriftAsync(cancellationToken));
    }

    private Outcome Summarize(List<ReportTimes> reports, TimeSpan largestRaw, long drift)
    {
        Series http = new("rollup, over HTTP", "ms", [.. reports.SelectMany(report => report.Http)]);
        return new(
            Series.Quantile([.. reports.Select(report => report.Ratio)], 0.5),
            $"the median report's time from raw rows divided by that from the rollup, capped at {SourceAlternation.Limit}",
            Targets,
            [
                new("raw rows, in process", "ms", [.. reports.SelectMany(report => report.Raw)]),
                new("rollup, in process", "ms", [.. reports.SelectMany(report => report.Rollup)]),
                http,
            ],
            drift,
            new Dictionary<string, double>
            {
                ["rows"] = setting.Sized(QuarterHistory.Rows),
                ["reports"] = reports.Count,
                ["least_ratio"] = reports.Min(report => report.Ratio),
                ["over_limit"] = reports.Count(report => report.RawIsLeast),
                ["largest_raw_ms"] = largestRaw.TotalMilliseconds,
                ["p50_ms"] = http.Median,
                ["p95_ms"] = Series.Quantile(http.Values, 0.95),
                ["slowest_p95_ms"] = reports.Max(report => Series.Quantile(report.Http, 0.95)),
            });
    }
}
