using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

public sealed class UsageRowTests(DatabaseFixture fixture) : TriggerTests(fixture)
{
    [Fact]
    public async Task An_insert_marks_its_hour_and_task()
    {
        var task = await UsedTaskAsync();
        await RunAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@task, 'a', @at)", new { task, at = Hour(1) });
        await ShouldHaveMarkedAsync(Mark(1, task));
    }

    [Fact]
    public async Task An_insert_of_several_rows_marks_each_hour_and_task_once()
    {
        var (one, two) = (await UsedTaskAsync(), await UsedTaskAsync());
        await RunAsync(
            """
            insert into public.task_usage (task_id, model, created_at)
            values (@one, 'a', @first), (@one, 'b', @first), (@one, 'c', @second), (@two, 'a', @second)
            """,
            new { one, two, first = Hour(1), second = Hour(2) });
        await ShouldHaveMarkedAsync(Mark(1, one), Mark(2, one), Mark(2, two));
    }

    [Fact]
    public async Task An_upsert_marks_the_stored_rows_hour_and_not_the_proposed_ones()
    {
        var task = await UsedTaskAsync(1);
        await RunAsync(
            """
            insert into public.task_usage (task_id, provider, model, input_tokens, created_at)
            values (@task, 'openai', 'm1', 77, @at)
            on conflict (task_id, provider, model) do update set input_tokens = excluded.input_tokens
            """,
            new { task, at = Hour(5) });
        await ShouldHaveMarkedAsync(Mark(1, task));
    }

    [Fact]
    public async Task An_upsert_that_does_nothing_marks_nothing()
    {
        var task = await UsedTaskAsync(1);
        await RunAsync(
            "insert into public.task_usage (task_id, provider, model) values (@task, 'openai', 'm1') on conflict do nothing", new { task });
        await ShouldHaveMarkedAsync();
    }

    [Theory, Trait("Field", "7")]
    [InlineData("provider = 'other'")]
    [InlineData("provider = 'OPENAI'")]
    [InlineData("model = 'other'")]
    [InlineData("input_tokens = 1")]
    [InlineData("cost_usd_ticks = 5")]
    public async Task An_edit_marks_the_rows_hour_once_and_counts_the_row_once(string edit)
    {
        var task = await UsedTaskAsync(1);
        await RunAsync($"update public.task_usage set {edit} where task_id = @task", new { task });
        await ShouldHaveMarkedAsync(Mark(1, task));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().EventCount.ShouldBe(1);
    }

    [Fact, Trait("Field", "7")]
    public async Task An_edit_of_the_hour_marks_both_hours_and_counts_the_row_once()
    {
        var task = await UsedTaskAsync(1);
        await RunAsync("update public.task_usage set created_at = @at where task_id = @task", new { task, at = Hour(4) });
        await ShouldHaveMarkedAsync(Mark(1, task), Mark(4, task));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().BucketHour.ShouldBe(Hour(4));
    }

    [Fact, Trait("Field", "7")]
    public async Task An_edit_of_the_task_marks_both_tasks_and_counts_the_row_once()
    {
        var (from, to) = (await UsedTaskAsync(1), await UsedTaskAsync());
        await RunAsync("update public.task_usage set task_id = @to where task_id = @from", new { from, to });
        await ShouldHaveMarkedAsync(Mark(1, from), Mark(1, to));
        (await Database.BucketsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_delete_marks_the_hour_and_task()
    {
        var task = await UsedTaskAsync(1, 2);
        await RunAsync("delete from public.task_usage where model = 'm2'");
        await ShouldHaveMarkedAsync(Mark(2, task));
    }

    [Fact]
    public async Task A_truncate_marks_everything()
    {
        await UsedTaskAsync(1, 2);
        await RunAsync("truncate public.task_usage");
        await ShouldHaveMarkedAsync(MarkRow.Everything);
        (await Database.BucketsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("public.agent_task_queue")]
    [InlineData("public.issue")]
    [InlineData("public.workspace")]
    public async Task A_truncate_that_cascades_from_an_ancestor_marks_everything(string table)
    {
        await UsedTaskAsync(1, 2);
        await RunAsync($"truncate {table} cascade");
        await ShouldHaveMarkedAsync(MarkRow.Everything);
        (await Database.BucketsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_statement_that_touches_no_row_marks_nothing()
    {
        await UsedTaskAsync(1);
        await RunAsync("update public.task_usage set model = 'x' where false");
        await RunAsync("delete from public.task_usage where false");
        await RunAsync("insert into public.task_usage select * from public.task_usage where false");
        await ShouldHaveMarkedAsync();
    }

    [Fact]
    public async Task A_merge_marks_what_it_inserts_updates_and_deletes()
    {
        var task = await UsedTaskAsync(1, 2);
        await RunAsync(
            """
            merge into public.task_usage u
            using (values ('m1', 1), ('m2', 2), ('m3', 3)) s (model, action) on u.task_id = @task and u.model = s.model
            when matched and s.action = 1 then update set created_at = @moved
            when matched then delete
            when not matched then insert (task_id, model, created_at) values (@task, s.model, @added)
            """,
            new { task, moved = Hour(5), added = Hour(6) });
        await ShouldHaveMarkedAsync(Mark(1, task), Mark(5, task), Mark(2, task), Mark(6, task));
    }
}
