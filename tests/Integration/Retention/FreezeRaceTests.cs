using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Retention;

/// <summary>Drains and freezes at the same time, in both orders.</summary>
public sealed class FreezeRaceTests(DatabaseFixture fixture) : RetentionTestBase(fixture)
{
    private const string FreezeWaits = """
        select exists (
            select from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and l.mode = 'ExclusiveLock' and not l.granted)
        """;

    private const string DrainWaits = """
        select exists (
            select from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and l.mode = 'ShareLock' and not l.granted)
        """;

    [Theory, MemberData(nameof(StepsUnderLock))]
    public async Task A_drain_that_has_begun_commits_before_the_hours_are_frozen(string step)
    {
        await UsedAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1");
        Waitpoint waitpoint = new(Enum.Parse<DrainStep>(step));
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        // The other hours are drained by the freeze itself, which then waits for those that the drain holds.
        var freeze = FreezeAsync(Middle, verify: false);
        await Database.UntilAsync($"select ({FreezeWaits}) or (select count(*) > 0 from pg_locks where locktype = 'advisory')");
        waitpoint.Release();
        await Task.WhenAll(drain, freeze);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_freeze_waits_for_a_drain_that_has_taken_the_last_marks()
    {
        await UsedAsync();
        await Database.ExecuteAsync(
            "update public.task_usage set input_tokens = input_tokens + 1 where created_at >= @from and created_at < @to", new { from = Hour(1), to = Hour(2) });
        Waitpoint waitpoint = new(DrainStep.Replaced);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);
        var move = Replica().Parts.Freezer.TryMoveAsync(Middle, Cancellation);
        await Database.UntilAsync(FreezeWaits);
        move.IsCompleted.ShouldBeFalse();
        waitpoint.Release();
        await drain;
        (await move).ShouldBeTrue();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_drain_that_begins_meanwhile_sees_the_new_horizon_and_drops_what_is_behind_it()
    {
        await UsedAsync();
        var frozen = await RollupAsync();
        await using var freezing = await BeginAsync();
        await freezing.ExecuteAsync("select pg_advisory_xact_lock(x'55534146'::integer, 0)");
        await Database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1");
        var drain = Replica().Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.UntilAsync(DrainWaits);
        await freezing.ExecuteAsync("update usage_rollup.control set frozen_before = @Middle, frozen_at = clock_timestamp()", new { Middle });
        await freezing.CommitAsync();
        await drain;
        (await RollupAsync()).ShouldBe(frozen);
        (await Database.PendingAsync()).ShouldBe(0);
        (await Replica().Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
    }

    [Fact]
    public async Task Marks_that_were_not_drained_keep_the_hours_from_being_frozen()
    {
        await UsedAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1 where created_at < @Middle", new { Middle });
        (await Replica().Parts.Freezer.TryMoveAsync(Middle, Cancellation)).ShouldBeFalse();
        await DrainAsync();
        await Database.ExecuteAsync("update public.agent_task_queue set runtime_id = null");
        (await Replica().Parts.Freezer.TryMoveAsync(Middle, Cancellation)).ShouldBeFalse("tasks whose hours are not known yet");
        await DrainAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1 where created_at >= @Middle", new { Middle });
        (await Replica().Parts.Freezer.TryMoveAsync(Middle, Cancellation)).ShouldBeTrue();
    }
}
