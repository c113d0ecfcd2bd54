using Shouldly;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

/// <summary>Usage that adds to what a task has.</summary>
public sealed class AddingTests(DatabaseFixture fixture) : RecordingTests(fixture)
{
    private static readonly UsageEntry[] Some = [new("OpenAI", "gpt", 1, 2, 3, 4, 5)];

    [Fact]
    public async Task Additions_add_up_and_a_key_adds_once()
    {
        var (task, other) = (await Seed.LoneTask(), await Seed.LoneTask());
        (await Recorder.AddAsync(task, "first", Some, Cancellation)).ShouldBeTrue();
        (await Recorder.AddAsync(task, "second", Some, Cancellation)).ShouldBeTrue();
        (await Recorder.AddAsync(task, "first", Some, Cancellation)).ShouldBeFalse();
        (await Recorder.AddAsync(other, "first", Some, Cancellation)).ShouldBeTrue("a key belongs to its task");
        var row = await OnlyRowAsync(task);
        (row.Provider, row.InputTokens, row.OutputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.CostUsdTicks)
            .ShouldBe(("openai", 2, 4, 6, 8, 10L));
    }

    [Fact]
    public async Task Concurrent_additions_are_all_there_once()
    {
        var task = await Seed.LoneTask();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), Cancellation, async (number, _) =>
            await Recorder.AddAsync(task, $"key {number % 200}", Some, Cancellation));
        (await OnlyRowAsync(task)).InputTokens.ShouldBe(200);
    }

    [Fact]
    public async Task A_sum_that_is_too_large_is_refused_and_the_callers_transaction_goes_on()
    {
        var task = await Seed.LoneTask();
        await Recorder.AddAsync(task, "most", [new("openai", "gpt", 1_000_000_000_000)], Cancellation);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        (await Should.ThrowAsync<UsageValidationException>(() => Recorder.AddAsync(task, "more", Some, transaction, Cancellation)))
            .Message.ShouldContain("input_tokens is 1000000000001: must be at most 1000000000000");
        await Recorder.AddAsync(task, "more", [new("openai", "other", 9)], transaction, Cancellation);
        await transaction.CommitAsync(Cancellation);
        await Should.ThrowAsync<UsageValidationException>(() => Recorder.AddAsync(task, "again", Some, Cancellation));
        (await RowsAsync(task)).Select(row => row.InputTokens).ShouldBe([1_000_000_000_000, 9]);
    }

    [Fact]
    public async Task What_is_rolled_back_can_be_added_again_under_its_key()
    {
        var task = await Seed.LoneTask();
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await Recorder.AddAsync(task, "key", Some, transaction, Cancellation);
            await transaction.RollbackAsync(Cancellation);
        }

        (await Recorder.AddAsync(task, "key", Some, Cancellation)).ShouldBeTrue();
        (await OnlyRowAsync(task)).InputTokens.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_are_forgotten_after_seven_days()
    {
        var task = await Seed.LoneTask();
        await Recorder.AddAsync(task, "old", Some, Cancellation);
        await Recorder.AddAsync(task, "new", Some, Cancellation);
        await Database.ExecuteAsync("update usage_rollup.added_usage set added_at = now() - interval '169 hours' where key = 'old'");
        (await new AddedUsageKeys(Database.DataSource).ForgetAsync(Cancellation)).ShouldBe(1);
        (await Recorder.AddAsync(task, "new", Some, Cancellation)).ShouldBeFalse();
    }
}
