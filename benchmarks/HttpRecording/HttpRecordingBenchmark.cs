using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Serving;
using Usage.Demo.Traffic;

namespace Usage.Benchmarks.HttpRecording;

/// <summary>
/// Recording through the API of a real host, against the same writes with bare Npgsql. The host drains in the background during
/// both.
/// </summary>
internal sealed class HttpRecordingBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtLeast(Target.Ratio, 0.5)];

    private const int Rounds = 20;
    private const int RowsPerHour = 950;
    private const int Connections = 16;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1.5);

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        var rows = setting.Sized(500_000);
        await using var data = await DataSet.OpenAsync(
            setting.Server, "recording", rows, Math.Max(1, rows / RowsPerHour), cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        var (series, latencies) = await AlternateAsync(data, cancellationToken);
        return new(
            series[0].RatioTo(series[1]), "reports per second through the API divided by those of the bare loop", Targets, series,
            await data.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["rows"] = rows,
                ["connections"] = Connections,
                ["requests_per_s"] = series[0].Median,
                ["bare_per_s"] = series[1].Median,
                ["p50_ms"] = latencies.Percentile(0.5).TotalMilliseconds,
                ["p99_ms"] = latencies.Percentile(0.99).TotalMilliseconds,
            });
    }

    private async Task<(IReadOnlyList<Series> Series, LatencyHistogram OverHttp)> AlternateAsync(
        DataSet data, CancellationToken cancellationToken)
    {
        var reports = await ReportSource.OpenAsync(data.Database, cancellationToken);
        await using var host = await ServedHost.StartAsync(data, setting.Time, settings: null, cancellationToken);
        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = host.BaseAddress };
        RecordingLoad http = new([.. Enumerable.Repeat(new HttpRecorder(client), Connections)], reports, setting.Time);

        var bareRecorders = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => BareRecorder.OpenAsync(data.Database, cancellationToken)));
        try
        {
            RecordingLoad bare = new(bareRecorders, reports, setting.Time);
            var series = await Alternation.RunAsync(
                "reports/s", Rounds,
                [
                    new("over HTTP", Nothing, stop => http.RunAsync(RoundTime, stop)),
                    new("bare Npgsql", Nothing, stop => bare.RunAsync(RoundTime, stop)),
                ],
                cancellationToken);
            return (series, http.Latencies);
        }
        finally
        {
            foreach (var recorder in bareRecorders)
            {
                await recorder.DisposeAsync();
            }
        }

        // Marks left by one competitor are drained during the next. The order alternates, so that this affects both equally.
        static Task Nothing(CancellationToken stop) => Task.CompletedTask;
    }
}
