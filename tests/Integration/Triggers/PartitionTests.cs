using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

/// <summary>Changes to partitioned tables, through the table and directly in partitions.</summary>
public sealed class PartitionTests(PartitionedDatabaseFixture fixture) : EngineTests(fixture), IClassFixture<PartitionedDatabaseFixture>
{
    [Theory]
    [InlineData("delete from public.task_usage_p0")]
    [InlineData("delete from public.task_usage_p2")]
    [InlineData("delete from public.task_usage_p2b")]
    [InlineData("delete from public.task_usage")]
    [InlineData("truncate public.task_usage_p1")]
    [InlineData("truncate public.task_usage_p2")]
    [InlineData("truncate public.task_usage_p2a")]
    [InlineData("truncate public.task_usage")]
    [InlineData("update public.task_usage_p0 set input_tokens = 77")]
    [InlineData("update public.task_usage_p2b set created_at = created_at + interval '1 hour'")]
    [InlineData("insert into public.task_usage_p2a (task_id, model, created_at) select task_id, 'new ' || model, created_at from public.task_usage_p2a")]
    [InlineData("update public.agent_task_queue_p1 set runtime_id = null")]
    [InlineData("update public.agent_task_queue_p0 set agent_id = (select a.id from public.agent a where a.name = 'other')")]
    [InlineData("delete from public.agent_task_queue_p1")]
    [InlineData("truncate public.agent_task_queue_p0 cascade")]
    [InlineData("delete from public.agent where name <> 'other'")]
    public async Task A_change_made_in_a_partition_or_through_the_table_is_marked(string change)
    {
        await TasksWithUsageAsync();
        await Database.ExecuteAsync(change);
        (await Database.DriftAsync()).ShouldBeGreaterThan(0, "it changes figures");
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Theory]
    [InlineData("update public.task_usage set task_id = (select max(id::text)::uuid from public.agent_task_queue), model = id::text")]
    [InlineData(
        """
        merge into public.task_usage u using public.agent_task_queue t on u.task_id = t.id
        when matched then update set task_id = (select min(id::text)::uuid from public.agent_task_queue), model = u.id::text
        """)]
    public async Task A_row_that_an_update_moves_to_another_partition_is_marked_where_it_was_and_where_it_is(string move)
    {
        await TasksWithUsageAsync();
        // Separate hours, so that nothing else marks a row's old hour.
        await Database.ExecuteAsync(
            "update public.task_usage set created_at = created_at + interval '1 hour' * (hashtext(task_id::text) % 5000)");
        await DrainAsync();
        await Database.ExecuteAsync(move);
        (await Database.ScalarAsync<bool>("select count(distinct tableoid) = 1 from public.task_usage")).ShouldBeTrue();
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_bulk_change_of_all_partitions_is_drained_by_hours()
    {
        await TasksWithUsageAsync();
        await Database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, model, created_at)
            select t.id, 'bulk' || n, timestamptz '2026-03-02' + n * interval '10 minutes' from public.agent_task_queue t, generate_series(1, 300) n
            """);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
        await Database.ExecuteAsync("delete from public.task_usage where model like 'bulk%'");
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    /// <summary>
    /// Thirty tasks in all partitions, with the same ids in each run and drained usage in two hours each, and an agent without
    /// tasks.
    /// </summary>
    private async Task TasksWithUsageAsync()
    {
        var scene = await SceneAsync();
        await Seed.Agent(scene.Workspace, name: "other");
        await Database.ExecuteAsync(
            """
            with task as (
                insert into public.agent_task_queue (id, agent_id, runtime_id)
                select md5(n::text)::uuid, @Agent, @Runtime from generate_series(1, 30) n returning id)
            insert into public.task_usage (task_id, model, input_tokens, created_at)
            select t.id, 'm' || n, n, timestamptz '2026-03-01' + n * interval '1 hour' from task t, generate_series(1, 2) n
            """,
            scene);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
        (await Database.QueryAsync<string>("select distinct tableoid::regclass::text from public.task_usage"))
            .Count.ShouldBe(4, "usage is in each partition that stores rows");
    }
}
