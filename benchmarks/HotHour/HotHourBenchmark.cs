using System.Globalization;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Visibility;

namespace Usage.Benchmarks.HotHour;

/// <summary>
/// Measures how long an upsert takes to become visible if its hour is very large, because any change reads all rows of the hour.
/// </summary>
internal sealed class HotHourBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 1), Target.AtMost("duty", 0.5)];

    private const int HotRows = 200_000;
    private const int History = 45_600;
    private const int RowsPerHour = 950;
    private const int MostAgents = 100;
    private const double UpsertsPerSecond = 200;
    private const double TargetMilliseconds = 3_000;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        var rows = setting.Sized(HotRows);
        await using var data = await DataSet.OpenAsync(
            setting.Server, string.Create(CultureInfo.InvariantCulture, $"hot_{rows}"), History, History / RowsPerHour, cancellationToken,
            (made, stop) => HotHourRows.AddAsync(made, rows, stop));
        await data.RollUpOnceAsync(cancellationToken);
        var workspace = await HotHourRows.WorkspaceAsync(data, cancellationToken);
        var buckets = await TrackedBuckets.PickAsync(data, workspace, MostAgents, cancellationToken);
        return (await new VisibilityRun(setting, data).MeasureAsync(buckets, UpsertsPerSecond, TargetMilliseconds, Targets, cancellationToken))
            .With("hour_rows", rows);
    }
}
