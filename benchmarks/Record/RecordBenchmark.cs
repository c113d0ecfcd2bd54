using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Engine.Exporting;
using Usage.Engine.Reporting;

namespace Usage.Benchmarks.Record;

/// <summary>What <c>UseUsage</c> costs the caller of a model, and how fast usage is exported.</summary>
internal sealed class RecordBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 5), Target.AtLeast("export_rows_per_s", 200_000)];

    private const int CallRounds = 20;
    private const int Calls = 20_000;

    // An export takes seconds.
    private const int ExportRounds = 5;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var data = await QuarterHistory.OpenAsync(setting, quarters: 1, cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        var calls = await CallsAsync(data, cancellationToken);
        var exports = await ExportsAsync(data, cancellationToken);
        return new(
            Series.Quantile([.. calls[0].Values.Zip(calls[1].Values, (with, without) => with - without)], 0.5),
            "microseconds that UseUsage adds to a call, on the path of its caller", Targets, [.. calls, .. exports],
            await data.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["calls"] = Calls,
                ["call_us"] = calls[0].Median,
                ["bare_call_us"] = calls[1].Median,
                ["export_rows_per_s"] = exports[0].Median,
                ["parquet_rows_per_s"] = exports[1].Median,
                ["focus_rows_per_s"] = exports[2].Median,
            });
    }

    private async Task<IReadOnlyList<Series>> CallsAsync(DataSet data, CancellationToken cancellationToken)
    {
        await using var calls = await RecordedCalls.StartAsync(data.Database, setting.Time, cancellationToken);
        return await Alternation.RunAsync(
            "us a call", CallRounds,
            [
                new("UseUsage", Nothing, stop => calls.MeasureAsync(calls.Recorded, Calls, stop)),
                new("the model alone", Nothing, stop => calls.MeasureAsync(calls.Bare, Calls, stop)),
            ],
            cancellationToken);
    }

    /// <summary>The hours of a quarter, written to nowhere: what the engine and PostgreSQL can do.</summary>
    private async Task<IReadOnlyList<Series>> ExportsAsync(DataSet data, CancellationToken cancellationToken)
    {
        var last = (await data.LastFullHourAsync(cancellationToken)).InUtc().Date;
        ExportRequest request = new(ReportWindow.Between(last.PlusDays(-QuarterHistory.Days), last, NodaTime.DateTimeZone.Utc), null, ExportGrain.Hour);
        return await Alternation.RunAsync(
            "rows/s", ExportRounds, [Export("csv"), Export("parquet"), Export("focus")], cancellationToken);

        Competitor Export(string format) => new($"export as {format}", Nothing, async stop =>
        {
            var rows = 0L;
            var took = await setting.TimeAsync(async () =>
                rows = await data.Exports.WriteAsync(request, data.Exports.Find(format)!, Stream.Null, stop));
            return rows / took.TotalSeconds;
        });
    }

    private static Task Nothing(CancellationToken stop) => Task.CompletedTask;
}
