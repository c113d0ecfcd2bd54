using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Visibility;

namespace Usage.Benchmarks.Freshness;

/// <summary>
/// Measures how long a committed upsert takes to become visible in its bucket, under steady traffic drained by the program.
/// </summary>
internal sealed class FreshnessBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 1), Target.AtMost("p50_ms", 250), Target.AtMost("cores", 0.5)];

    private const int Rows = 300_000;
    private const int RowsPerHour = 950;
    private const int Agents = 50;
    private const double UpsertsPerSecond = 500;
    private const double TargetMilliseconds = 1_000;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        var rows = setting.Sized(Rows);
        await using var data = await DataSet.OpenAsync(
            setting.Server, "freshness", rows, Math.Max(2, rows / RowsPerHour), cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        var buckets = await TrackedBuckets.PickAsync(data, workspaceId: null, Agents, cancellationToken);
        return (await new VisibilityRun(setting, data).MeasureAsync(buckets, UpsertsPerSecond, TargetMilliseconds, Targets, cancellationToken))
            .With("rows", rows);
    }
}
