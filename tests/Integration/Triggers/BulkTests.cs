using NodaTime;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

/// <summary>Statements that touch many tasks in an hour: over sixteen, one mark for the whole hour replaces theirs.</summary>
public sealed class BulkTests(DatabaseFixture fixture) : TriggerTests(fixture)
{
    private const string Insert = "insert into public.task_usage (task_id, model, created_at) select t, 'bulk', @at from unnest(@tasks) t";

    [Fact]
    public async Task Sixteen_tasks_in_an_hour_leave_sixteen_marks()
    {
        var tasks = await TasksAsync(16);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await ShouldHaveMarkedAsync([.. tasks.Select(task => Mark(1, task))]);
    }

    [Fact]
    public async Task Seventeen_tasks_in_an_hour_leave_one_mark_for_the_whole_hour()
    {
        var tasks = await TasksAsync(17);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await ShouldHaveMarkedAsync(Mark(1));
    }

    [Fact]
    public async Task A_bulk_statement_leaves_at_most_seventeen_marks_more_than_it_needs()
    {
        var tasks = await TasksAsync(500);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        (await Database.PendingAsync()).ShouldBe(18);
        await DrainAsync();
        await RunAsync("delete from public.task_usage");
        (await Database.PendingAsync()).ShouldBe(18);
    }

    [Fact]
    public async Task An_update_of_many_tasks_marks_each_and_their_delete_the_whole_hour()
    {
        var tasks = await TasksAsync(17);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await RunAsync("update public.task_usage set created_at = @at", new { at = Hour(3) });
        await ShouldHaveMarkedAsync([.. tasks.SelectMany(task => new[] { Mark(1, task), Mark(3, task) })]);
        await RunAsync("delete from public.task_usage");
        await ShouldHaveMarkedAsync(Mark(3));
    }

    [Fact]
    public async Task Only_the_crowded_hour_of_a_statement_is_marked_as_a_whole()
    {
        var tasks = await TasksAsync(17);
        await RunAsync(
            """
            insert into public.task_usage (task_id, model, created_at)
            select t, 'bulk', @crowded::timestamptz from unnest(@tasks) t union all select @last, 'other', @quiet
            """,
            new { tasks, last = tasks[0], crowded = Hour(1), quiet = Hour(2) });
        await ShouldHaveMarkedAsync(Mark(1), Mark(2, tasks[0]));
    }

    [Fact]
    public async Task A_copy_marks_like_one_statement()
    {
        var tasks = await TasksAsync(20);
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Cancellation))
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy public.task_usage (task_id, model, input_tokens, created_at) from stdin (format binary)", Cancellation))
        {
            foreach (var (task, number) in tasks.Select((task, number) => (task, number)))
            {
                await copy.StartRowAsync(Cancellation);
                await copy.WriteAsync(task, Cancellation);
                await copy.WriteAsync("copied", Cancellation);
                await copy.WriteAsync(1L, Cancellation);
                await copy.WriteAsync(number < 18 ? Hour(1) : Hour(2), Cancellation);
            }

            await copy.CompleteAsync(Cancellation);
        }

        await ShouldHaveMarkedAsync(Mark(1), Mark(2, tasks[18]), Mark(2, tasks[19]));
    }

    [Fact]
    public async Task Many_tasks_moved_at_once_are_expanded_to_whole_hours_with_the_time_of_the_oldest_mark()
    {
        var tasks = await TasksAsync(20);
        await RunAsync(Insert, new { tasks, at = Hour(1) });
        await RunAsync("delete from public.agent_runtime");
        var oldest = await Database.ScalarAsync<Instant>("select min(enqueued_at) from usage_rollup.dirty");
        Waitpoint waitpoint = new(Usage.Engine.Draining.DrainStep.EntitiesExpanded);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        (await Database.MarksAsync()).ShouldBe([Mark(1)]);
        (await Database.ScalarAsync<Instant>("select enqueued_at from usage_rollup.dirty")).ShouldBe(oldest);
        waitpoint.Release();
        await drain;
        await Database.ShouldBeExactAsync();
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
