using System.Transactions;
using Npgsql;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

/// <summary>Recording in the caller's TransactionScope.</summary>
public sealed class AmbientScopeTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    public static TheoryData<IsolationLevel> Levels =>
        [IsolationLevel.ReadCommitted, IsolationLevel.RepeatableRead, IsolationLevel.Serializable];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_report_is_committed_with_the_callers_work(IsolationLevel level)
    {
        var task = await Seed.LoneTask();
        using (var scope = Scope(level))
        {
            await FinishAsync(task);
            await RecordAsync(task, new UsageEntry("openai", "gpt", 1));
            scope.Complete();
        }

        (await OnlyRowAsync(task)).InputTokens.ShouldBe(1);
        (await StatusAsync(task)).ShouldBe("completed");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_report_is_rolled_back_with_the_callers_work(IsolationLevel level)
    {
        var task = await Seed.LoneTask();
        var before = await StatusAsync(task);
        using (Scope(level))
        {
            await FinishAsync(task);
            await RecordAsync(task, new UsageEntry("openai", "gpt", 1));
        }

        (await RowsAsync(task)).ShouldBeEmpty();
        (await StatusAsync(task)).ShouldBe(before);
    }

    [Fact]
    public async Task A_batch_is_committed_and_rolled_back_as_a_whole()
    {
        var (first, refused, last) = (await Seed.LoneTask(), await Seed.LoneTask(), await Seed.LoneTask());
        TaskUsageEntries[] batch =
            [new(first, [new("openai", "gpt", 1)]), new(refused, [new("openai", "", 1)]), new(last, [new("openai", "gpt", 2)])];
        using (Scope(IsolationLevel.ReadCommitted))
        {
            await Recorder.RecordBatchAsync(batch, Cancellation);
        }

        (await RowsAsync(first)).ShouldBeEmpty();
        using (var scope = Scope(IsolationLevel.ReadCommitted))
        {
            var results = await Recorder.RecordBatchAsync(batch, Cancellation);
            results.Select(result => result.Outcome)
                .ShouldBe([TaskUsageOutcome.Stored, TaskUsageOutcome.Refused, TaskUsageOutcome.Stored]);
            scope.Complete();
        }

        (await OnlyRowAsync(first)).InputTokens.ShouldBe(1);
        (await OnlyRowAsync(last)).InputTokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_batch_that_the_database_fails_throws_and_leaves_nothing()
    {
        var (first, failing) = (await Seed.LoneTask(), await Seed.LoneTask());
        await using var breaking = await FailingInsert.CreateAsync(Database, "scope breaks");
        using (Scope(IsolationLevel.ReadCommitted))
        {
            (await Should.ThrowAsync<PostgresException>(() => Recorder.RecordBatchAsync(
                [new(first, [new("openai", "gpt", 1)]), new(failing, [new("openai", "scope breaks", 1)])], Cancellation)))
                .SqlState.ShouldBe(PostgresErrorCodes.SerializationFailure);
        }

        (await RowsAsync(first)).ShouldBeEmpty();
        (await breaking.AttemptsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_is_thrown_without_a_retry()
    {
        var task = await Seed.LoneTask();
        await using var failing = await FailingInsert.CreateAsync(Database, "scope");
        using (Scope(IsolationLevel.ReadCommitted))
        {
            (await Should.ThrowAsync<PostgresException>(() => RecordAsync(task, new UsageEntry("openai", "scope", 1))))
                .SqlState.ShouldBe(PostgresErrorCodes.SerializationFailure);
        }

        (await failing.AttemptsAsync()).ShouldBe(1);
        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rejected_report_leaves_the_scope_unchanged()
    {
        var task = await Seed.LoneTask();
        using (var scope = Scope(IsolationLevel.Serializable))
        {
            await FinishAsync(task);
            await Should.ThrowAsync<UsageValidationException>(() => RecordAsync(task, new UsageEntry("openai", "gpt", -1)));
            await Should.ThrowAsync<UnknownTaskException>(() => RecordAsync(Guid.NewGuid(), new UsageEntry("openai", "gpt", 1)));
            scope.Complete();
        }

        (await StatusAsync(task)).ShouldBe("completed");
    }

    [Fact]
    public async Task Connections_that_do_not_enlist_record_on_their_own()
    {
        var task = await Seed.LoneTask();
        await using var apart = Database.Connect(builder => builder.Enlist = false);
        using (Scope(IsolationLevel.Serializable))
        {
            await RecorderOn(apart).RecordAsync(task, [new("openai", "gpt", 1)], Cancellation);
        }

        (await OnlyRowAsync(task)).InputTokens.ShouldBe(1);
    }

    private static TransactionScope Scope(IsolationLevel level) => new(
        TransactionScopeOption.Required, new TransactionOptions { IsolationLevel = level }, TransactionScopeAsyncFlowOption.Enabled);

    private Task<int> FinishAsync(Guid task) =>
        Database.ExecuteAsync("update public.agent_task_queue set status = 'completed' where id = @task", new { task });

    private Task<string> StatusAsync(Guid task) =>
        Database.ScalarAsync<string>("select status from public.agent_task_queue where id = @task", new { task });
}
