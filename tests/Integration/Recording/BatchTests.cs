using Npgsql;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

public sealed class BatchTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    private static readonly UsageEntry[] Good = [new("openai", "gpt", 1)];

    [Fact]
    public async Task Each_task_of_a_batch_has_its_own_result_in_the_order_given()
    {
        var (first, refused, last) = (await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask());
        var unknown = Guid.NewGuid();
        var results = await RecordBatchAsync(
            new(first, Good), new(refused, [Good[0], new("openai", "b", -1)]), new(unknown, Good), new(last, Good));

        results.Select(result => (result.TaskId, result.Outcome)).ShouldBe([
            (first, TaskUsageOutcome.Stored), (refused, TaskUsageOutcome.Refused),
            (unknown, TaskUsageOutcome.UnknownTask), (last, TaskUsageOutcome.Stored)]);
        results[1].Problems.ShouldHaveSingleItem().Entry.ShouldBe(1);
        (await OnlyRowAsync(first)).InputTokens.ShouldBe(1);
        (await RowsAsync(refused)).ShouldBeEmpty();
        (await OnlyRowAsync(last)).InputTokens.ShouldBe(1);
    }

    [Fact]
    public async Task A_task_that_appears_twice_is_rejected_the_second_time()
    {
        var task = await Seed.LoneTask();
        var results = await RecordBatchAsync(new(task, Good), new(task, [Good[0] with { InputTokens = 2 }]));
        results.Select(result => result.Outcome).ShouldBe([TaskUsageOutcome.Stored, TaskUsageOutcome.Refused]);
        results[1].Problems.ShouldHaveSingleItem().ToString().ShouldBe($"task_id is {task}: must appear only once in a batch");
        (await OnlyRowAsync(task)).InputTokens.ShouldBe(1);
    }

    [Fact]
    public async Task A_task_without_entries_is_refused_alone()
    {
        var (empty, good) = (await Seed.LoneTask(), await Seed.LoneTask());
        var results = await RecordBatchAsync(new(empty, []), new(good, Good));
        results.Select(result => result.Outcome).ShouldBe([TaskUsageOutcome.Refused, TaskUsageOutcome.Stored]);
    }

    [Fact]
    public async Task A_task_that_the_database_fails_on_does_not_stop_the_others()
    {
        var (first, failing, last) = (await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask());
        await Database.ExecuteAsync("alter table public.task_usage add constraint no_poison check (model <> 'poison')");
        var results = await RecordBatchAsync(
            new(first, Good), new(failing, [Good[0], new("openai", "poison", 1)]), new(last, Good));
        results.Select(result => result.Outcome)
            .ShouldBe([TaskUsageOutcome.Stored, TaskUsageOutcome.Failed, TaskUsageOutcome.Stored]);
        (await RowsAsync(failing)).ShouldBeEmpty();
        (await OnlyRowAsync(last)).InputTokens.ShouldBe(1);
    }

    [Fact]
    public async Task A_broken_connection_fails_its_task_alone()
    {
        var (first, failing, last) = (await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask());
        await Database.ExecuteAsync(
            """
            create function public.break_connection() returns trigger language plpgsql as $$
            begin
                perform pg_terminate_backend(pg_backend_pid());
                return new;
            end $$;
            create trigger break_connection before insert on public.task_usage
                for each row when (new.model = 'broken') execute function public.break_connection()
            """);
        var results = await RecordBatchAsync(new(first, Good), new(failing, [new("openai", "broken", 1)]), new(last, Good));
        results.Select(result => result.Outcome)
            .ShouldBe([TaskUsageOutcome.Stored, TaskUsageOutcome.Failed, TaskUsageOutcome.Stored]);
    }

    [Fact]
    public async Task A_batch_without_tasks_or_with_1001_entries_is_refused_as_a_whole()
    {
        (await Should.ThrowAsync<UsageValidationException>(() => RecordBatchAsync())).Problems.ShouldHaveSingleItem();

        var task = await Seed.LoneTask();
        var hundred = Enumerable.Range(0, 100).Select(number => new UsageEntry("openai", $"m{number}")).ToList();
        TaskUsageEntries[] tooMany = [new(task, Good), .. Enumerable.Range(0, 10).Select(_ => new TaskUsageEntries(Guid.NewGuid(), hundred))];
        (await Should.ThrowAsync<UsageValidationException>(() => RecordBatchAsync(tooMany)))
            .Problems.ShouldHaveSingleItem().Value.ShouldBe("1001");
        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancellation_ends_the_batch_and_keeps_what_was_stored()
    {
        var (first, waiting, last) = (await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask());
        await using var holder = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("select from public.agent_task_queue where id = $1 for update", holder);
        hold.Parameters.Add(new() { Value = waiting });
        await hold.ExecuteNonQueryAsync(Cancellation);

        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var batch = Recorder.RecordBatchAsync([new(first, Good), new(waiting, Good), new(last, Good)], cancelling.Token);
        await Database.UntilAsync(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')");
        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => batch);
        (await OnlyRowAsync(first)).InputTokens.ShouldBe(1);
        (await RowsAsync(waiting)).ShouldBeEmpty();
        (await RowsAsync(last)).ShouldBeEmpty();
    }

    private Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(params TaskUsageEntries[] tasks) =>
        Recorder.RecordBatchAsync(tasks, Cancellation);
}
