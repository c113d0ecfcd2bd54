using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Cli;

/// <summary>History of many hours, and a way to block its recomputation.</summary>
internal static class BusyHours
{
    private const string Insert = """
        with task as (
            insert into public.agent_task_queue (agent_id, status)
            select @agent, 'completed' from generate_series(1, @hours)
            returning id),
        numbered as (select id, row_number() over () as number from task)
        insert into public.task_usage (task_id, provider, model, input_tokens, output_tokens, created_at)
        select id, 'openai', 'gpt', 10, 5, timestamptz '2026-01-31 12:00+00' - number * interval '1 hour'
        from numbered
        """;

    private const string Distort = """
        update usage_rollup.hourly
        set    input_tokens = 999
        where  bucket_hour = timestamptz '2026-01-31 12:00+00' - @hour * interval '1 hour'
        """;

    private const string Hold = "begin; select from usage_rollup.hourly where input_tokens = 999 for update";

    /// <summary>Writes one usage row per hour, of one agent.</summary>
    public static async Task WriteAsync(TestDatabase database, int hours)
    {
        var agent = await database.Seed.Agent(await database.Seed.Workspace());
        (await database.ExecuteAsync(Insert, new { agent, hours })).ShouldBe(hours);
    }

    /// <summary>Corrupts the bucket of an hour.</summary>
    /// <param name="database">A drained database.</param>
    /// <param name="hour">1 for the newest hour.</param>
    public static async Task DistortAsync(TestDatabase database, int hour) =>
        (await database.ExecuteAsync(Distort, new { hour })).ShouldBe(1);

    /// <summary>Locks the corrupted buckets: a drain that corrects one waits until the transaction ends.</summary>
    public static async Task<NpgsqlConnection> HoldAsync(TestDatabase database)
    {
        var connection = await database.DataSource.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand(Hold, connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Waits until the program is blocked by a lock.</summary>
    public static Task UntilHeldUpAsync(TestDatabase database) => database.UntilAsync("""
        select exists (
            select from pg_stat_activity
            where datname = current_database() and application_name = 'usage' and wait_event_type = 'Lock')
        """);
}
