using NodaTime;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

/// <summary>
/// Statements that affect many tasks in an hour. Inserts and updates are marked row by row; if more than sixteen tasks of an hour
/// lose rows, one mark for the whole hour replaces theirs.
/// </summary>
public sealed class BulkTests(DatabaseFixture fixture) : TriggerTests(fixture)
{
    private const string Insert = "insert into public.task_usage (task_id, model, created_at) select t, 'bulk', @at from unnest(@tasks) t";
    private const string Delete = "delete from public.task_usage";

    [Fact]
    public async Task A_delete_from_sixteen_tasks_in_an_hour_leaves_sixteen_marks()
    {
        var tasks = await UsedTasksAsync(16);
        await RunAsync(Delete);
        await ShouldHaveMarkedAsync([.. tasks.Select(task => Mark(1, task))]);
    }

    [Fact]
    public async Task A_delete_from_seventeen_tasks_in_an_hour_leaves_one_mark_for_the_whole_hour()
    {
        await UsedTasksAsync(17);
        await RunAsync(Delete);
        await ShouldHaveMarkedAsync(Mark(1));
    }

    [Fact]
    public async Task A_bulk_delete_leaves_at_most_seventeen_marks_more_than_it_needs()
    {
        await UsedTasksAsync(500);
        await RunAsync(Delete);
        (await Database.PendingAsync()).ShouldBe(18);
    }

    [Fact]
    public async Task An_insert_and_an_update_of_many_tasks_mark_each_and_their_delete_the_whole_hour()
    {
        var tasks = await TasksAsync(17);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await ShouldHaveMarkedAsync([.. tasks.Select(task => Mark(1, task))]);
        await RunAsync("update public.task_usage set created_at = @at", new { at = Hour(3) });
        await ShouldHaveMarkedAsync([.. tasks.SelectMany(task => new[] { Mark(1, task), Mark(3, task) })]);
        await RunAsync(Delete);
        await ShouldHaveMarkedAsync(Mark(3));
    }

    [Fact]
    public async Task Only_the_crowded_hour_of_a_delete_is_marked_as_a_whole()
    {
        var tasks = await UsedTasksAsync(17);
        await RunAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@last, 'other', @quiet)",
            new { last = tasks[0], quiet = Hour(2) });
        await DrainAsync();
        await RunAsync(Delete);
        await ShouldHaveMarkedAsync(Mark(1), Mark(2, tasks[0]));
    }

    [Fact]
    public async Task A_copy_marks_each_row()
    {
        var tasks = await TasksAsync(20);
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Cancellation))
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy public.task_usage (task_id, model, input_tokens, created_at) from stdin (format binary)", Cancellation))
        {
            foreach (var task in tasks)
            {
                await copy.StartRowAsync(Cancellation);
                await copy.WriteAsync(task, Cancellation);
                await copy.WriteAsync("copied", Cancellation);
                await copy.WriteAsync(1L, Cancellation);
                await copy.WriteAsync(Hour(1), Cancellation);
            }

            await copy.CompleteAsync(Cancellation);
        }

        await ShouldHaveMarkedAsync([.. tasks.Select(task => Mark(1, task))]);
    }

    [Theory, InlineData(499, false), InlineData(500, true)]
    public async Task An_hour_with_five_hundred_marked_tasks_is_recomputed_as_a_whole(int count, bool whole)
    {
        await Database.ExecuteAsync(
            """
            insert into usage_rollup.hourly
            select @hour, @agent, @workspace, null, null, '', 'nobody used this', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
            """,
            new { hour = Hour(1), agent = Guid.NewGuid(), workspace = Guid.NewGuid() });
        await RunAsync(Insert, new { tasks = await TasksAsync(count), at = Hour(1) });
        await DrainAsync();
        (await Database.BucketsAsync()).Any(bucket => bucket.Model == "nobody used this").ShouldBe(!whole);
    }

    [Fact]
    public async Task Many_tasks_moved_at_once_are_expanded_to_whole_hours_with_the_time_of_the_oldest_mark()
    {
        var tasks = await TasksAsync(500);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await RunAsync("delete from public.agent_runtime");
        var oldest = await Database.ScalarAsync<Instant>("select min(enqueued_at) from usage_rollup.dirty");
        Waitpoint waitpoint = new(DrainStep.EntitiesExpanded);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        (await Database.MarksAsync()).ShouldBe([Mark(1)]);
        (await Database.ScalarAsync<Instant>("select enqueued_at from usage_rollup.dirty")).ShouldBe(oldest);
        waitpoint.Release();
        await drain;
        await Database.ShouldBeExactAsync();
    }

    /// <summary>Tasks with a drained usage row in the same hour.</summary>
    private async Task<Guid[]> UsedTasksAsync(int count)
    {
        var tasks = await TasksAsync(count);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await DrainAsync();
        return tasks;
    }

    private async Task<Guid[]> TasksAsync(int count)
    {
        var workspace = await Seed.Workspace();
        var (agent, runtime) = (await Seed.Agent(workspace), await Seed.Runtime(workspace));
        return [.. await Database.QueryAsync<Guid>(
            "insert into public.agent_task_queue (agent_id, runtime_id) select @agent, @runtime from generate_series(1, @count) returning id",
            new { agent, runtime, count })];
    }
}
