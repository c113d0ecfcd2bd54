using System.Globalization;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Ingest;
using Usage.Benchmarks.Memory;
using Usage.Benchmarks.Reads;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Serving;
using Usage.Benchmarks.Visibility;

namespace Usage.Benchmarks.Scale;

/// <summary>Measures one size: the first backfill, the disk it takes, then ingest, freshness and reports with the program running.</summary>
internal sealed class SizeRun(BenchmarkSetting setting, DataSet data, int rows)
{
    private const int Agents = 50;
    private const double UpsertsPerSecond = 200;
    private const int IngestRounds = 5;
    private const double BytesPerMebibyte = 1024 * 1024;

    private const string EmptySql = """
        truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.backfill;
        checkpoint
        """;

    private const string RawSizeSql = "select pg_total_relation_size('public.task_usage') + pg_total_relation_size('public.agent_task_queue')";

    private const string RollupSizeSql = "select pg_total_relation_size('usage_rollup.hourly') + pg_total_relation_size('usage_rollup.hourly_tasks')";

    private static readonly TimeSpan IngestTime = TimeSpan.FromSeconds(3);

    private static readonly string[] ReportNames = ["workspace daily", "workspace by-agent", "workspace total"];

    public async Task<SizeFigures> MeasureAsync(CancellationToken cancellationToken)
    {
        await data.ExecuteAsync(EmptySql, cancellationToken);
        var peak = 0.0;
        var backfill = await setting.TimeAsync(async () =>
            peak = await MeasuredProgram.RunAsync(data.ConnectionString, ["backfill", "--json"], setting.Time, cancellationToken));
        await data.ExecuteAsync("vacuum (analyze)", cancellationToken);
        await data.ExecuteAsync("checkpoint", cancellationToken);
        var raw = await SizeAsync(RawSizeSql, cancellationToken);
        var rollup = await SizeAsync(RollupSizeSql, cancellationToken);

        var reads = await ReadAsync(cancellationToken);
        var buckets = await TrackedBuckets.PickAsync(data, workspaceId: null, Agents, cancellationToken);
        var fresh = await new VisibilityRun(setting, data).MeasureAsync(buckets, UpsertsPerSecond, targetMilliseconds: 1_000, [], cancellationToken);
        var (ingest, hostPeak) = await IngestAsync(cancellationToken);

        var drift = 0L;
        var verify = await setting.TimeAsync(async () => drift = await data.DrainAndCountDriftAsync(cancellationToken));
        return new(
            rows, One("first backfill", "s", backfill.TotalSeconds), One("memory of the backfill", "MiB", peak), One("raw rows and tasks", "MiB", raw),
            One("rollup", "MiB", rollup), ingest, fresh.Competitors[0] with { Name = Label("commit to bucket") }, reads, One("memory of the host", "MiB", hostPeak),
            One("verify", "s", verify.TotalSeconds), drift + fresh.Drift);
    }

    private async Task<IReadOnlyList<Series>> ReadAsync(CancellationToken cancellationToken)
    {
        var subjects = await Subject.FindAsync(data, cancellationToken);
        ReportTimes[] times =
        [
            .. ReportQuestion.About(subjects.Take(1)).Where(question => ReportNames.Contains(question.Kind.Name))
                .Select(question => new ReportTimes(question, buckets: 0)),
        ];
        await new ReportsOverHttp(data, setting.Time).RunAsync(times, cancellationToken);
        return [.. times.Select(each => new Series(Label($"{each.Question.Kind.Name}, {each.Question.Days} days"), "ms", each.Http))];
    }

    /// <summary>Upserts as fast as 8 connections can, while the program drains.</summary>
    private async Task<(Series Ingest, double HostPeak)> IngestAsync(CancellationToken cancellationToken)
    {
        await using var host = await ServedHost.StartAsync(data, setting.Time, settings: null, cancellationToken);
        await using var upserts = await UpsertLoad.OpenAsync(data.Database, setting.Time, cancellationToken);
        await upserts.RunAsync(IngestTime, cancellationToken);
        List<double> rates = [];
        for (var round = 0; round < IngestRounds; round++)
        {
            rates.Add(await upserts.RunAsync(IngestTime, cancellationToken));
        }

        var peak = MeasuredProgram.PeakOf(host.ProcessId);
        await host.StopAsync(cancellationToken);
        return (new(Label("upserts while draining"), "1/s", rates), peak);
    }

    private async Task<double> SizeAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(sql);
        return Convert.ToDouble(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) / BytesPerMebibyte;
    }

    private Series One(string name, string unit, double value) => new(Label(name), unit, [value]);

    private string Label(string name) => string.Create(CultureInfo.InvariantCulture, $"{rows / 1e6:0.##} M: {name}");
}
