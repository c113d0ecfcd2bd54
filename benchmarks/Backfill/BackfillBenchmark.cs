using Npgsql;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Engine.Maintenance;

namespace Usage.Benchmarks.Backfill;

/// <summary>Fills an empty rollup with all history: the engine's backfill against one set-based statement.</summary>
internal sealed class BackfillBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private static readonly Target[] Targets = [Target.AtMost(Target.Ratio, 0.9)];

    private const int Rounds = 9;
    private const int RowsPerHour = 950;

    // Both start with empty tables and indexes, and without dirty pages of the other.
    private const string EmptySql = """
        truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.backfill;
        checkpoint
        """;

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        var rows = setting.Sized(1_000_000);
        await using var data = await DataSet.OpenAsync(
            setting.Server, "history", rows, Math.Max(1, rows / RowsPerHour), cancellationToken);
        var setBased = await BenchmarkSql.ReadAsync("Backfill.SetBased.sql", cancellationToken);
        var buckets = 0L;
        var series = await Alternation.RunAsync(
            "s", Rounds,
            [
                new("engine", Empty, async stop =>
                {
                    using DrainTimer span = new();
                    var result = await data.Engine.BackfillAsync(new BackfillRequest(), cancellationToken: stop);
                    buckets = result.Written;
                    return span.Length.TotalSeconds;
                }),
                new("set-based statement", Empty, async stop =>
                    (await setting.TimeAsync(() => InsertAsync(data.Database, setBased, stop))).TotalSeconds),
            ],
            cancellationToken);

        await Empty(cancellationToken);
        await data.Engine.BackfillAsync(new BackfillRequest(), cancellationToken: cancellationToken);
        return new(
            series[0].RatioTo(series[1]), "the engine's time divided by the statement's", Targets, series,
            await data.DrainAndCountDriftAsync(cancellationToken),
            new Dictionary<string, double>
            {
                ["rows"] = rows,
                ["buckets"] = buckets,
                ["engine_s"] = series[0].Median,
                ["statement_s"] = series[1].Median,
            });

        Task Empty(CancellationToken stop) => data.ExecuteAsync(EmptySql, stop);
    }

    /// <summary>Gives the statement enough memory to sort all rows without temporary files.</summary>
    private static async Task InsertAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand memory = new("set work_mem = '512MB'", connection);
        await memory.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand insert = new(sql, connection);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
