using System.Globalization;
using Usage.Benchmarks.Backfill;
using Usage.Benchmarks.Dashboard;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Flat;
using Usage.Benchmarks.Freshness;
using Usage.Benchmarks.HotHour;
using Usage.Benchmarks.HttpRecording;
using Usage.Benchmarks.Ingest;
using Usage.Benchmarks.Memory;
using Usage.Benchmarks.Merge;
using Usage.Benchmarks.Reads;
using Usage.Benchmarks.Record;
using Usage.Benchmarks.Scale;
using Usage.Benchmarks.Steady;
using Usage.Host.Cli;

namespace Usage.Benchmarks.Running;

/// <summary>The program behind <c>./usage bench NAME</c>. Each benchmark compares competitors on a real database.</summary>
internal static class LoadProgram
{
    private const string UrlVariable = "USAGE_BENCH_URL";

    private static readonly Dictionary<string, Func<BenchmarkSetting, ILoadBenchmark>> Benchmarks = new()
    {
        ["backfill"] = setting => new BackfillBenchmark(setting),
        ["dashboard"] = setting => new DashboardBenchmark(setting),
        ["export-memory"] = setting => new ExportMemoryBenchmark(setting),
        ["flat"] = setting => new FlatBenchmark(setting),
        ["freshness"] = setting => new FreshnessBenchmark(setting),
        ["hot-hour"] = setting => new HotHourBenchmark(setting),
        ["http"] = setting => new HttpRecordingBenchmark(setting),
        ["ingest"] = setting => new IngestBenchmark(setting),
        ["memory"] = setting => new MemoryBenchmark(setting),
        ["merge"] = setting => new MergeBenchmark(setting),
        ["record"] = setting => new RecordBenchmark(setting),
        ["reads"] = setting => new ReadsBenchmark(setting),
        ["scale"] = setting => new ScaleBenchmark(setting),
        ["steady"] = setting => new SteadyBenchmark(setting),
    };

    public static async Task<int> RunAsync(string[] args, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(UrlVariable) is not { Length: > 0 } url)
        {
            return Refuse($"{UrlVariable} is not set.");
        }

        BenchmarkServer server = new(ConnectionUrl.ToConnectionString(url));
        switch (args)
        {
            case ["clean"]:
                await server.DropAllAsync(cancellationToken);
                return 0;
            case [var name] when Benchmarks.TryGetValue(name, out var make):
                return await MeasureAsync(name, make(new(server, 1, time)), cancellationToken);
            case [var name, "--scale", var text] when Benchmarks.TryGetValue(name, out var make):
                return double.TryParse(text, CultureInfo.InvariantCulture, out var scale) && scale is > 0 and <= 100
                    ? await MeasureAsync(name, make(new(server, scale, time)), cancellationToken)
                    : Refuse($"--scale is '{text}': it must be a number greater than 0, at most 100.");
            default:
                return Refuse($"expected NAME [--scale N]; NAME is one of micro, clean, {string.Join(", ", Benchmarks.Keys)}.");
        }
    }

    private static async Task<int> MeasureAsync(string name, ILoadBenchmark benchmark, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await benchmark.RunAsync(cancellationToken);
            OutcomeText.Write(name, outcome);
            return outcome.Succeeded ? ExitCode.Success : ExitCode.Failure;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine($"bench: {why}");
        return 2;
    }
}
