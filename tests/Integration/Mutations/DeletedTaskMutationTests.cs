using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

public sealed class DeletedTaskMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    /// <summary>The task's trigger finds the hours; row deletes by the cascade, whose task is gone, leave no mark.</summary>
    private const string MarkHoursAsSeen = """
        create function usage_rollup.mark_deleted_task() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
        as $$
        begin
            insert into usage_rollup.dirty (bucket_hour)
            select distinct date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00')
            from public.task_usage u
            where u.task_id = old.id;
            return old;
        end
        $$;
        create trigger usage_rollup_deleted_task before delete on public.agent_task_queue
            for each row execute function usage_rollup.mark_deleted_task();

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
    public async Task A_row_edited_while_its_task_is_deleted_leaves_no_bucket() => (await DriftAsync()).ShouldBe(0);

    [Fact]
    public async Task A_task_delete_that_marks_the_hours_it_sees_leaves_the_edited_rows_bucket()
    {
        await Database.ExecuteAsync(MarkHoursAsSeen);
        (await DriftAsync()).ShouldBe(1);
    }

    private async Task<long> DriftAsync()
    {
        var task = await Seed.LoneTask();
        await Seed.UsageRow(task, createdAt: NodaTime.Instant.FromUtc(2026, 3, 1, 0, 10));
        await DrainAsync();

        await using var editing = await BeginAsync();
        await editing.ExecuteAsync(
            "update public.task_usage set created_at = '2026-03-01 05:10:00+00' where task_id = @task", new { task });
        await using var deleting = await BeginAsync();
        var delete = deleting.ExecuteAsync("delete from public.agent_task_queue where id = @task", new { task });
        await Database.UntilAsync(RollupState.SomeoneWaitsForALock);
        await editing.CommitAsync();
        await delete;
        // The edit is drained, into the new hour, before the delete commits.
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().BucketHour.ShouldBe(NodaTime.Instant.FromUtc(2026, 3, 1, 5, 0));

        await deleting.CommitAsync();
        await DrainAsync();
        return await Database.DriftAsync();
    }
}
