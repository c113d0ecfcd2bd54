using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

public sealed class MovedAgentMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    private const string NoLog = """
        create or replace function usage_rollup.mark_moved_task() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
        as $$
        begin
            insert into usage_rollup.dirty (task_id) values (new.id);
            return null;
        end
        $$
        """;

    [Fact]
    public async Task A_row_edited_before_its_tasks_move_is_expanded_leaves_the_old_agents_hour() =>
        (await DriftAsync()).ShouldBe(0);

    [Fact]
    public async Task Without_a_log_of_moved_agents_the_old_agents_bucket_stays()
    {
        await Database.ExecuteAsync(NoLog);
        (await DriftAsync()).ShouldBe(1);
    }

    private async Task<long> DriftAsync()
    {
        var workspace = await Seed.Workspace();
        var (from, to) = (await Seed.Agent(workspace), await Seed.Agent(workspace));
        var task = await Seed.AgentTask(from);

        await using var inserting = await BeginAsync();
        await inserting.ExecuteAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@task, 'm', '2026-03-01 00:10:00+00')", new { task });
        await using var moving = await BeginAsync();
        await moving.ExecuteAsync("update public.agent_task_queue set agent_id = @to where id = @task", new { to, task });
        await inserting.CommitAsync();
        await DrainAsync();

        await moving.CommitAsync();
        await Database.ExecuteAsync(
            "update public.task_usage set created_at = '2026-03-01 05:10:00+00' where task_id = @task", new { task });
        await DrainAsync();
        return await Database.DriftAsync();
    }
}
