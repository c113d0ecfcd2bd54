using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Memory;

/// <summary>
/// Measures the peak memory of exports by hour in each format, and whether twice the buckets need more. Both are far more than a heap keeps
/// before it is first collected in full: five and ten times the buckets.
/// </summary>
internal sealed class ExportMemoryBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 1.1), Target.AtMost("peak_mb", 300)];

    private static readonly string[] Formats = ["csv", "focus", "parquet"];

    private const int Rounds = 3;

    private const string RemoveCopiesSql = "delete from usage_rollup.hourly where model like '%#%'";

    private const string VacuumSql = "vacuum (analyze) usage_rollup.hourly";

    /// <summary>Copies of each bucket, of other models.</summary>
    private static string CopySql(int first, int last) => string.Create(CultureInfo.InvariantCulture, $"""
        insert into usage_rollup.hourly (
            bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model,
            input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
            uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
            task_count, event_count)
        select bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model || '#' || copy,
               input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
               uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
               task_count, event_count
        from usage_rollup.hourly cross join generate_series({first}, {last}) copy
        where model not like '%#%'
        """);

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var data = await QuarterHistory.OpenAsync(setting, quarters: 1, cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        await data.ExecuteAsync(RemoveCopiesSql, cancellationToken);
        IReadOnlyList<Series> few, many;
        try
        {
            await CopyAsync(data, 1, 4, cancellationToken);
            few = await ExportAsync(data, "five times", cancellationToken);
            await CopyAsync(data, 5, 9, cancellationToken);
            many = await ExportAsync(data, "ten times", cancellationToken);
        }
        finally
        {
            await data.ExecuteAsync(RemoveCopiesSql, CancellationToken.None);
            await data.ExecuteAsync(VacuumSql, CancellationToken.None);
        }

        return new(
            few.Zip(many, (five, ten) => ten.Median / five.Median).Max(),
            "the peak for twice the buckets divided by that for the buckets, in the worst format", Targets, [.. few, .. many],
            await data.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["usage_rows"] = setting.Sized(QuarterHistory.Rows) * 10.0,
                ["peak_mb"] = many.Max(series => series.Median),
            });
    }

    private static async Task CopyAsync(DataSet data, int first, int last, CancellationToken cancellationToken)
    {
        await data.ExecuteAsync(CopySql(first, last), cancellationToken);
        await data.ExecuteAsync(VacuumSql, cancellationToken);
    }

    private async Task<IReadOnlyList<Series>> ExportAsync(DataSet data, string size, CancellationToken cancellationToken)
    {
        var last = (await data.LastFullHourAsync(cancellationToken)).InUtc().Date;
        return await Alternation.RunAsync("MiB", Rounds, [.. Formats.Select(Export)], cancellationToken, warmUp: false);

        Competitor Export(string format) => new($"{format}, the buckets {size}", _ => Task.CompletedTask, async stop =>
        {
            var file = Path.GetTempFileName();
            try
            {
                return await MeasuredProgram.RunAsync(
                    data.ConnectionString,
                    [
                        "export", "--from", Text(last.PlusDays(-QuarterHistory.Days)), "--to", Text(last),
                        "--by", "hour", "--format", format, "--output", file, "--json",
                    ],
                    setting.Time, stop);
            }
            finally
            {
                File.Delete(file);
            }
        });
    }

    private static string Text(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
