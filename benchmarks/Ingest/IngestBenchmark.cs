using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Engine.Maintenance;

namespace Usage.Benchmarks.Ingest;

/// <summary>Upserts usage rows from 8 connections, alternately with and without the triggers.</summary>
internal sealed class IngestBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtLeast(Target.Ratio, 0.90)];

    private const int Rounds = 40;
    private const int RowsPerHour = 950;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        var rows = setting.Sized(1_000_000);
        await using var data = await DataSet.OpenAsync(
            setting.Server, "ingest", rows, Math.Max(1, rows / RowsPerHour), cancellationToken);
        await using var upserts = await UpsertLoad.OpenAsync(data.Database, setting.Time, cancellationToken);
        var series = await Alternation.RunAsync(
            "upserts/s", Rounds,
            [
                new("with triggers", stop => SetTriggersAsync(data, enabled: true, stop), stop => upserts.RunAsync(RoundTime, stop)),
                new("without", stop => SetTriggersAsync(data, enabled: false, stop), stop => upserts.RunAsync(RoundTime, stop)),
            ],
            cancellationToken);

        // Changes written without triggers left no marks.
        await SetTriggersAsync(data, enabled: true, cancellationToken);
        await data.Engine.BackfillAsync(new BackfillRequest(), cancellationToken: cancellationToken);
        return new(
            series[0].RatioTo(series[1]), "throughput with triggers divided by that without", Targets, series,
            await data.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["rows"] = rows,
                ["connections"] = UpsertLoad.Connections,
                ["with_per_s"] = series[0].Median,
                ["without_per_s"] = series[1].Median,
            });
    }

    /// <summary>Each round starts with an empty journal, as with a running engine.</summary>
    private static async Task SetTriggersAsync(DataSet data, bool enabled, CancellationToken cancellationToken)
    {
        await EngineTriggers.SwitchAsync(data, "public.task_usage", enabled, cancellationToken);
        await data.ExecuteAsync("delete from usage_rollup.dirty", cancellationToken);
        await data.ExecuteAsync("vacuum usage_rollup.dirty", cancellationToken);
        await data.ExecuteAsync("checkpoint", cancellationToken);
    }
}
