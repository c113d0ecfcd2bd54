using Npgsql;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

/// <summary>A drain that dies at any step loses nothing and leaves nothing locked.</summary>
public sealed class DyingDrainTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private const string Kill = """
        select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = @name
        """;

    [Theory, MemberData(nameof(Steps))]
    public async Task A_drain_that_fails_at_any_step_loses_nothing_and_leaves_nothing_locked(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await MarkAsync(await SceneAsync());
        var dying = Replica(new At(step, () => throw new NpgsqlException("The connection broke.")));
        await Should.ThrowAsync<NpgsqlException>(() => dying.Engine.DrainAsync(cancellationToken: Cancellation));
        await ShouldBeDrainedByAnotherAsync();
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_drain_whose_backend_is_killed_at_any_step_loses_nothing_and_leaves_nothing_locked(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await MarkAsync(await SceneAsync());
        const string Name = "the victim";
        var dying = Replica(
            new At(step, () => Database.ScalarAsync<long>(Kill, new { name = Name })), options => options.ReplicaName = Name);
        await Should.ThrowAsync<NpgsqlException>(() => dying.Engine.DrainAsync(cancellationToken: Cancellation));
        await ShouldBeDrainedByAnotherAsync();
    }

    [Theory, MemberData(nameof(Steps)), Trait("Field", "14")]
    public async Task A_drain_that_is_cancelled_at_any_step_leaves_no_lock_on_its_pooled_connection(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Waitpoint waitpoint = new(step);
        var cancelled = Replica(waitpoint);
        var drain = cancelled.Engine.DrainAsync(cancellationToken: cancelling.Token);
        await waitpoint.HoldsAsync(drain);
        await cancelling.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => drain);

        (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
        await using var writer = await BeginAsync();
        await writer.ExecuteAsync("delete from public.workspace where id = @Workspace", scene);
        await writer.CommitAsync();
        (await cancelled.Engine.DrainAsync(cancellationToken: Cancellation)).Hours.ShouldBeGreaterThan(0);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_drain_that_is_killed_while_it_waits_for_a_table_leaves_nothing_locked()
    {
        await MarkAsync(await SceneAsync());
        await using var locker = await BeginAsync();
        await locker.ExecuteAsync("lock table public.task_usage in access exclusive mode");
        var blocked = Replica(configure: options => options.ReplicaName = "blocked");
        var drain = blocked.RoundAsync(Cancellation);
        await Database.UntilAsync(RollupState.SomeoneWaitsForALock);
        await Database.ScalarAsync<long>(Kill, new { name = "blocked" });
        await Should.ThrowAsync<NpgsqlException>(() => drain);
        await locker.CommitAsync();
        await ShouldBeDrainedByAnotherAsync();
    }

    [Theory]
    [InlineData(nameof(DrainStep.EntitiesTaken))]
    [InlineData(nameof(DrainStep.Locked))]
    [InlineData(nameof(DrainStep.Claimed))]
    [InlineData(nameof(DrainStep.Resolved))]
    [InlineData(nameof(DrainStep.Computed))]
    [InlineData(nameof(DrainStep.Replaced))]
    public async Task A_host_that_freezes_in_its_transaction_loses_its_hour(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await MarkAsync(await SceneAsync());
        Waitpoint waitpoint = new(step);
        var frozen = Replica(waitpoint, options => options.SilentHostTimeout = TimeSpan.FromSeconds(1));
        var drain = frozen.Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.UntilAsync("""
            select not exists (select from pg_stat_activity where datname = current_database() and state = 'idle in transaction')
            """);
        await ShouldBeDrainedByAnotherAsync();
        waitpoint.Release();
        await Should.ThrowAsync<NpgsqlException>(() => drain);
        await Database.ShouldBeExactAsync();

        await Database.ExecuteAsync("update public.task_usage set input_tokens = 999");
        await frozen.Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
    }

    private async Task ShouldBeDrainedByAnotherAsync()
    {
        (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().InputTokens.ShouldBe(11);
        await Database.ShouldBeExactAsync();
    }
}
