using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

public sealed class MarkDuringDrainTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Theory, MemberData(nameof(Steps))]
    public async Task A_mark_that_commits_during_a_drain_is_drained_again(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.ExecuteAsync(
            "update public.task_usage set input_tokens = 777, model = 'other' where task_id = @Task", scene);
        waitpoint.Release();
        await drain;

        var bucket = (await Database.BucketsAsync()).ShouldHaveSingleItem();
        (bucket.InputTokens, bucket.Model, bucket.RuntimeId).ShouldBe((777, "other", scene.OtherRuntime));
        await Database.ShouldBeExactAsync();
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_move_that_commits_during_a_drain_is_drained_again(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        await Database.ExecuteAsync(
            "update public.task_usage set created_at = @hour where task_id = @Task", new { scene.Task, hour = Hour(1) });
        await Database.ExecuteAsync("update public.issue set project_id = null where id = @Issue", scene);
        waitpoint.Release();
        await drain;

        var bucket = (await Database.BucketsAsync()).ShouldHaveSingleItem();
        (bucket.BucketHour, bucket.AgentId, bucket.ProjectId).ShouldBe((Hour(1), scene.OtherAgent, null));
        await Database.ShouldBeExactAsync();
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_delete_that_commits_during_a_drain_empties_the_rollup(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.ExecuteAsync("delete from public.workspace where id = @Workspace", scene);
        waitpoint.Release();
        await drain;

        (await Database.BucketsAsync()).ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_transaction_that_rolls_back_during_a_drain_leaves_nothing(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        await using var writer = await BeginAsync();
        await writer.ExecuteAsync("update public.task_usage set input_tokens = 777 where task_id = @Task", scene);
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await writer.RollbackAsync();
        waitpoint.Release();
        await drain;

        (await Database.BucketsAsync()).ShouldHaveSingleItem().InputTokens.ShouldBe(11);
        await Database.ShouldBeExactAsync();
    }
}
