using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

public sealed class DeletedUsageMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    private const string OnlyOfVisibleTasks = """
        create or replace function usage_rollup.mark_deleted_usage() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
        as $$
        begin
            insert into usage_rollup.dirty (bucket_hour, task_id)
            select distinct date_bin('1 hour', o.created_at, timestamptz '2000-01-01 00:00:00+00'), o.task_id
            from old_rows o
            where exists (select from public.agent_task_queue t where t.id = o.task_id);
            return null;
        end
        $$
        """;

    [Fact]
    public async Task Usage_and_task_deleted_by_one_statement_leave_no_bucket() => (await DriftAsync()).ShouldBe(0);

    [Fact]
    public async Task A_usage_delete_that_leaves_no_mark_if_its_task_is_not_visible_leaves_the_bucket()
    {
        await Database.ExecuteAsync(OnlyOfVisibleTasks);
        (await DriftAsync()).ShouldBe(1);
    }

    private async Task<long> DriftAsync()
    {
        var task = await Seed.LoneTask();
        await Seed.UsageRow(task);
        await DrainAsync();
        await Database.ExecuteAsync(
            """
            with usage as (delete from public.task_usage where task_id = @task returning 1)
            delete from public.agent_task_queue where id = @task
            """,
            new { task });
        await DrainAsync();
        return await Database.DriftAsync();
    }
}
