using Shouldly;
using Usage.Demo.Planning;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

public sealed class TruncateTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Theory]
    [InlineData(nameof(DrainStep.EntitiesExpanded))]
    [InlineData(nameof(DrainStep.Picked))]
    [InlineData(nameof(DrainStep.Locked))]
    [InlineData(nameof(DrainStep.Claimed))]
    [InlineData(nameof(DrainStep.Resolved))]
    [InlineData(nameof(DrainStep.Committed))]
    public async Task A_truncate_while_a_drain_is_held_before_it_reads_empties_the_rollup(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await MarkAsync(await SceneAsync());
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.ExecuteAsync("set lock_timeout = '2s'; truncate public.task_usage; reset lock_timeout");
        waitpoint.Release();
        await drain;
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }

    [Theory]
    [InlineData(nameof(DrainStep.EntitiesTaken))]
    [InlineData(nameof(DrainStep.TasksRead))]
    [InlineData(nameof(DrainStep.Computed))]
    [InlineData(nameof(DrainStep.Replaced))]
    public async Task A_truncate_that_queues_behind_a_drain_empties_what_the_drain_wrote(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        await Seed.UsageRow(scene.Task, model: "new", createdAt: Hour(7));
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        var truncate = Database.ExecuteAsync("truncate public.task_usage");
        if (step != DrainStep.EntitiesTaken)
        {
            await Database.UntilAsync(RollupState.SomeoneWaitsForALock);
        }

        waitpoint.Release();
        await Task.WhenAll(drain, truncate);
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_truncate_that_is_open_while_a_bucket_is_written_by_a_drain_reaches_that_bucket()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(DrainStep.Replaced);
        await Seed.UsageRow(scene.Task, model: "new", createdAt: Hour(9));
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await using var truncating = await OpenTransaction.BeginAsync(Database, System.Data.IsolationLevel.RepeatableRead);
        await truncating.ExecuteAsync("select count(*) from usage_rollup.hourly");
        waitpoint.Release();
        await drain;
        await truncating.ExecuteAsync("truncate public.agent_task_queue cascade");
        await truncating.CommitAsync();
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }
}
