using System.Text.Json;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

/// <summary>The idle poll skips marks that are known to be drained, and nothing else.</summary>
public sealed class IdlePollTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Fact]
    public async Task A_quiet_journal_stays_quiet()
    {
        await SceneAsync();
        var poll = await QuietAsync();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeFalse();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeFalse();
    }

    [Fact]
    public async Task A_mark_of_a_transaction_that_began_before_a_quiet_poll_and_commits_after_it_is_found()
    {
        var scene = await SceneAsync();
        await using var before = await BeginAsync();
        await before.ExecuteAsync("update public.task_usage set input_tokens = 3 where task_id = @Task", scene);
        var poll = await QuietAsync();

        (await poll.PollAsync(Cancellation)).Marked.ShouldBeFalse("it has not committed");
        await before.CommitAsync();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeTrue();
    }

    [Fact]
    public async Task A_mark_made_under_a_savepoint_of_an_older_transaction_is_found()
    {
        var scene = await SceneAsync();
        await using var before = await BeginAsync();
        await before.ExecuteAsync("update public.agent set name = 'locked' where id = @Agent", scene);
        var poll = await QuietAsync();

        await before.ExecuteAsync("savepoint one");
        await before.ExecuteAsync("update public.task_usage set input_tokens = 3 where task_id = @Task", scene);
        await before.ExecuteAsync("release one");
        await before.CommitAsync();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeTrue();
    }

    [Fact]
    public async Task A_mark_of_a_transaction_without_an_id_at_the_quiet_poll_is_found()
    {
        var scene = await SceneAsync();
        await using var before = await BeginAsync();
        await before.ExecuteAsync("select count(*) from public.task_usage");
        var poll = await QuietAsync();

        await before.ExecuteAsync("update public.task_usage set input_tokens = 3 where task_id = @Task", scene);
        await before.CommitAsync();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeTrue();
    }

    [Fact]
    public async Task A_mark_found_once_is_found_until_it_is_drained()
    {
        var scene = await SceneAsync();
        var poll = await QuietAsync();
        await MarkAsync(scene);
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeTrue();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeTrue();
        await DrainAsync();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeFalse();
    }

    [Theory]
    [InlineData(nameof(DrainStep.EntitiesTaken))]
    [InlineData(nameof(DrainStep.Claimed))]
    [InlineData(nameof(DrainStep.Replaced))]
    public async Task A_claim_of_another_replica_that_is_rolled_back_is_found_again(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var other = Replica(waitpoint).Engine.DrainAsync(cancellationToken: cancelling.Token);
        await waitpoint.HoldsAsync(other);

        IdlePoll poll = new(Database.DataSource, TimeProvider.System);
        var replica = Replica();
        for (var idle = 0; idle < 3; idle++)
        {
            await PollAndDrainAsync(poll, replica);
        }

        await cancelling.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => other);
        while ((await poll.PollAsync(Cancellation)).Marked)
        {
            await PollAndDrainAsync(poll, replica);
        }

        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_poll_of_a_quiet_journal_touches_a_few_pages_however_many_dead_marks_a_long_transaction_keeps()
    {
        var scene = await SceneAsync();
        await using var holder = await OpenTransaction.BeginAsync(Database, System.Data.IsolationLevel.RepeatableRead);
        await holder.ExecuteAsync("select count(*) from usage_rollup.dirty");
        await Database.ExecuteAsync(
            "insert into usage_rollup.dirty (bucket_hour, task_id) select @hour, @Task from generate_series(1, 50000)",
            new { hour = Hour(0), scene.Task });
        await DrainAsync();
        var poll = await QuietAsync();
        (await poll.PollAsync(Cancellation)).Marked.ShouldBeFalse();

        (await PagesAsync(IdlePoll.PollSql, poll.Horizon)).ShouldBeLessThan(20);
        (await PagesAsync("select exists (select from usage_rollup.dirty where bucket_hour is not null)", null)).ShouldBeGreaterThan(400);
        await Database.ShouldBeExactAsync();
    }

    /// <summary>Number of pages that a statement touches.</summary>
    private async Task<long> PagesAsync(string sql, MarkHorizon? horizon)
    {
        await using var command = Database.DataSource.CreateCommand($"explain (analyze, buffers, format json) {sql}");
        if (horizon is not null)
        {
            MarkHorizon.Bind(command.Parameters, horizon);
        }

        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(Cancellation))!);
        var top = plan.RootElement[0].GetProperty("Plan");
        return top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64();
    }

    /// <summary>A poller that has found the journal empty.</summary>
    private async Task<IdlePoll> QuietAsync()
    {
        // A later transaction ends first, so that an open one is listed by its id instead of lying beyond the snapshot's xmax.
        await Database.ScalarAsync<string>("select pg_current_xact_id()::text");
        IdlePoll poll = new(Database.DataSource, TimeProvider.System);
        (await PollAndDrainAsync(poll, Replica())).Empty.ShouldBeTrue();
        return poll;
    }

    /// <summary>One iteration of the loop.</summary>
    private static async Task<RoundResult> PollAndDrainAsync(IdlePoll poll, TestEngine engine)
    {
        var state = await poll.PollAsync(Cancellation);
        var round = await engine.RoundAsync(poll.Horizon, Cancellation);
        if (round.Empty)
        {
            poll.FoundNothing(state);
        }

        return round;
    }
}
