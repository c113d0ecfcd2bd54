using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>The engine reads partitioned tables by index probes, however large the partitions are.</summary>
public sealed class PartitionReadTests(PartitionedDatabaseFixture fixture) : EngineTests(fixture), IClassFixture<PartitionedDatabaseFixture>
{
    private const string ScannedSql = """
        select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_user_tables
        where relname like 'task\_usage%' or relname like 'agent\_task\_queue%'
        """;

    private const string GoneSql = "select not exists (select from pg_stat_activity where application_name = @name)";

    private static readonly string[] Changes =
    [
        "insert into public.task_usage (task_id, model, created_at) select id, 'late', '2026-03-01 05:30+00' from public.agent_task_queue where id = @task",
        "update public.agent_task_queue set runtime_id = null where id = @task",
        "update public.agent_task_queue set agent_id = (select id from public.agent where name = 'other') where id = @task",
        "delete from public.agent_task_queue where id = @task",
    ];

    [Fact]
    public async Task Few_marks_are_drained_history_is_marked_and_hours_are_verified_without_a_scan_of_a_partition()
    {
        var task = await HistoryAsync();
        foreach (var change in Changes)
        {
            await Database.ExecuteAsync(change, new { task });
            await ShouldScanNothingAsync(change, engine => engine.Engine.VerifyAsync(
                new() { From = Hour(0), To = Hour(2) }, cancellationToken: Cancellation));
            await ShouldScanNothingAsync(change, engine => engine.Engine.DrainAsync(cancellationToken: Cancellation));
        }

        await ShouldScanNothingAsync(
            "a backfill marks", engine => engine.Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation));

        // Last, because it scans on a connection that stays open.
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    private async Task ShouldScanNothingAsync(string when, Func<TestEngine, Task> work)
    {
        var before = await Database.ScalarAsync<long>(ScannedSql);
        await OnConnectionsOfItsOwnAsync(work);
        (await Database.ScalarAsync<long>(ScannedSql)).ShouldBe(before, when);
    }

    /// <summary>A connection that lives on reports its statistics up to ten seconds late; one that ends does so at once.</summary>
    private async Task OnConnectionsOfItsOwnAsync(Func<TestEngine, Task> work)
    {
        var name = $"reader {Guid.NewGuid():n}";
        await using (var engine = TestEngine.On(Database, configure: options => options.ReplicaName = name))
        {
            await work(engine);
        }

        await Database.UntilAsync(GoneSql, new { name });
    }

    /// <summary>
    /// Thirty thousand tasks with usage in three thousand hours, drained; one of the tasks. With a third of it, a scan of a partition costs hardly
    /// more than probes.
    /// </summary>
    private async Task<Guid> HistoryAsync()
    {
        var workspace = await Seed.Workspace();
        var runtime = await Seed.Runtime(workspace);
        await Seed.Agent(workspace, name: "other");
        await using var patient = Database.Connect(address => address.CommandTimeout = 0);
        await using var fill = patient.CreateCommand(
            """
            with agent as (
                insert into public.agent (workspace_id, name) select @workspace, 'a' from generate_series(1, 100) returning id),
            task as (
                insert into public.agent_task_queue (agent_id, runtime_id)
                select a.id, @runtime from agent a, generate_series(1, 300) returning id)
            insert into public.task_usage (task_id, model, created_at)
            select t.id, 'm' || n, timestamptz '2026-03-01' + row_number() over () % 3000 * interval '1 hour' from task t, generate_series(1, 2) n
            """);
        fill.Parameters.AddWithValue("workspace", workspace);
        fill.Parameters.AddWithValue("runtime", runtime);
        await fill.ExecuteNonQueryAsync(Cancellation);
        await OnConnectionsOfItsOwnAsync(engine => engine.Engine.BackfillAsync(new(), cancellationToken: Cancellation));
        await Database.ExecuteAsync("analyze public.task_usage, public.agent_task_queue");
        return await Database.ScalarAsync<Guid>("select id from public.agent_task_queue order by id limit 1");
    }
}
