using System.Data;
using Npgsql;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

/// <summary>Recording in a transaction that the caller passes.</summary>
public sealed class CallerTransactionTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    private static readonly UsageEntry[] Good = [new("openai", "gpt", 1)];

    public static TheoryData<IsolationLevel> Levels =>
        [IsolationLevel.ReadCommitted, IsolationLevel.RepeatableRead, IsolationLevel.Serializable];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_report_is_seen_by_others_when_the_caller_commits(IsolationLevel level)
    {
        var task = await Seed.LoneTask();
        await using var caller = await CallAsync(level);
        await Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation);
        (await RowsAsync(task)).ShouldBeEmpty("the recorder committed");

        await caller.Transaction.CommitAsync(Cancellation);

        (await OnlyRowAsync(task)).InputTokens.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_report_is_gone_when_the_caller_rolls_back(IsolationLevel level)
    {
        var task = await Seed.LoneTask();
        await using var caller = await CallAsync(level);
        await Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation);
        await Recorder.RecordBatchAsync([new(task, [new("openai", "other", 2)])], caller.Transaction, Cancellation);

        await caller.Transaction.RollbackAsync(Cancellation);

        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_report_sees_what_its_transaction_has_done_and_replaces_other_spellings()
    {
        var task = await Seed.LoneTask();
        await using var caller = await CallAsync(IsolationLevel.Serializable);
        await using (NpgsqlCommand insert = new(
            "insert into public.task_usage (id, task_id, provider, model, input_tokens) values (gen_random_uuid(), $1, 'OpenAI', 'gpt', 9)",
            caller.Connection))
        {
            insert.Parameters.Add(new() { Value = task });
            await insert.ExecuteNonQueryAsync(Cancellation);
        }

        await Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation);
        await caller.Transaction.CommitAsync(Cancellation);

        var row = await OnlyRowAsync(task);
        (row.Provider, row.InputTokens).ShouldBe(("openai", 1));
    }

    [Fact]
    public async Task A_race_that_the_transaction_loses_is_thrown_unchanged()
    {
        var task = await Seed.LoneTask();
        await RecordAsync(task, Good);
        await using var caller = await CallAsync(IsolationLevel.RepeatableRead);
        await using (NpgsqlCommand snapshot = new("select count(*) from public.task_usage", caller.Connection))
        {
            await snapshot.ExecuteScalarAsync(Cancellation);
        }

        await RecordAsync(task, new UsageEntry("openai", "gpt", 2));

        (await Should.ThrowAsync<PostgresException>(() => Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation)))
            .SqlState.ShouldBe(PostgresErrorCodes.SerializationFailure);
        (await OnlyRowAsync(task)).InputTokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_failure_in_the_callers_transaction_is_not_retried_and_one_in_its_own_is_tried_three_times()
    {
        var task = await Seed.LoneTask();
        UsageEntry[] failing = [new("openai", "passed", 1)];
        await using var insert = await FailingInsert.CreateAsync(Database, "passed");
        await using var caller = await CallAsync(IsolationLevel.ReadCommitted);

        await Should.ThrowAsync<PostgresException>(() => Recorder.RecordAsync(task, failing, caller.Transaction, Cancellation));
        (await insert.AttemptsAsync()).ShouldBe(1);

        await caller.Transaction.RollbackAsync(Cancellation);
        await Should.ThrowAsync<PostgresException>(() => RecordAsync(task, failing));
        (await insert.AttemptsAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task A_batch_that_the_database_fails_throws_and_can_be_rolled_back_to_a_savepoint()
    {
        var (kept, failing) = (await Seed.LoneTask(), await Seed.LoneTask());
        await using var insert = await FailingInsert.CreateAsync(Database, "in a batch");
        await using var caller = await CallAsync(IsolationLevel.ReadCommitted);
        await Recorder.RecordAsync(kept, Good, caller.Transaction, Cancellation);
        await caller.Transaction.SaveAsync("before", Cancellation);

        await Should.ThrowAsync<PostgresException>(() => Recorder.RecordBatchAsync(
            [new(failing, [new("openai", "in a batch", 1)])], caller.Transaction, Cancellation));
        await caller.Transaction.RollbackAsync("before", Cancellation);
        await caller.Transaction.CommitAsync(Cancellation);

        (await OnlyRowAsync(kept)).InputTokens.ShouldBe(1);
        (await insert.AttemptsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_rejected_report_has_written_nothing_and_the_transaction_remains_usable()
    {
        var task = await Seed.LoneTask();
        await using var caller = await CallAsync(IsolationLevel.ReadCommitted);
        await Should.ThrowAsync<UsageValidationException>(
            () => Recorder.RecordAsync(task, [Good[0], new("openai", "", 1)], caller.Transaction, Cancellation));
        await Should.ThrowAsync<UsageValidationException>(() => Recorder.RecordAsync(task, [], caller.Transaction, Cancellation));
        await Should.ThrowAsync<UnknownTaskException>(
            () => Recorder.RecordAsync(Guid.NewGuid(), Good, caller.Transaction, Cancellation));
        (await Recorder.RecordBatchAsync([new(Guid.NewGuid(), Good), new(task, [])], caller.Transaction, Cancellation))
            .Select(result => result.Outcome).ShouldBe([TaskUsageOutcome.UnknownTask, TaskUsageOutcome.Refused]);

        await caller.Transaction.CommitAsync(Cancellation);

        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Usage_is_dated_by_the_clock_and_not_by_the_start_of_a_long_transaction()
    {
        var task = await Seed.LoneTask();
        await using var caller = await CallAsync(IsolationLevel.ReadCommitted);
        await using NpgsqlCommand begun = new("select now()", caller.Connection);
        await begun.ExecuteScalarAsync(Cancellation);
        var later = await NowAsync();

        await Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation);
        await caller.Transaction.CommitAsync(Cancellation);

        (await OnlyRowAsync(task)).CreatedAt.ShouldBeGreaterThanOrEqualTo(later);
    }

    [Fact]
    public async Task A_completed_transaction_is_rejected()
    {
        var task = await Seed.LoneTask();
        await using var caller = await CallAsync(IsolationLevel.ReadCommitted);
        await caller.Transaction.CommitAsync(Cancellation);

        await Should.ThrowAsync<InvalidOperationException>(() => Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation));
        await caller.Transaction.DisposeAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => Recorder.RecordAsync(task, Good, caller.Transaction, Cancellation));
        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_transaction_of_a_data_source_without_NodaTime_is_sufficient()
    {
        var task = await Seed.LoneTask();
        var time = await NowAsync();
        await using var plain = NpgsqlDataSource.Create(Database.ConnectionString);
        await using var connection = await plain.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await Recorder.RecordAsync(task, [Good[0] with { CreatedAt = time }, new("openai", "undated")], transaction, Cancellation);
        await transaction.CommitAsync(Cancellation);

        (await RowsAsync(task))[0].CreatedAt.ShouldBe(time);
    }

    private async Task<Caller> CallAsync(IsolationLevel level)
    {
        var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        return new(connection, await connection.BeginTransactionAsync(level, Cancellation));
    }

    private sealed record Caller(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
