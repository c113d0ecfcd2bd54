using Shouldly;
using Usage.Demo.Planning;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

public sealed class ConcurrentDrainTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Theory, MemberData(nameof(StepsUnderLock))]
    public async Task Two_drains_of_one_hour_exclude_each_other(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        var first = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(first);

        await Database.ExecuteAsync("update public.task_usage set input_tokens = 777 where task_id = @Task", scene);
        var second = await Replica().RoundAsync(Cancellation);
        (second.Result.Hours, second.Empty).ShouldBe((0, false), "the hour is taken, and its marks are still there");

        waitpoint.Release();
        await first;
        (await Database.BucketsAsync()).ShouldHaveSingleItem().InputTokens.ShouldBe(777);
        await Database.ShouldBeExactAsync();
    }

    [Theory, MemberData(nameof(StepsUnderLock))]
    public async Task A_drain_that_is_held_keeps_no_other_hour_back(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        var held = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(held);

        await Seed.UsageRow(scene.Task, model: "other", createdAt: Hour(1));
        (await Replica().RoundAsync(Cancellation)).Result.Hours.ShouldBe(1);
        (await Database.BucketsAsync()).ShouldContain(bucket => bucket.BucketHour == Hour(1));

        waitpoint.Release();
        await held;
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Marks_that_two_replicas_have_picked_are_drained_once_and_with_the_newer_snapshot()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(DrainStep.Picked);
        var slow = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(slow);

        await Database.ExecuteAsync("update public.task_usage set input_tokens = 777 where task_id = @Task", scene);
        (await DrainAsync()).Hours.ShouldBeGreaterThan(0);
        await Database.ShouldBeExactAsync();

        waitpoint.Release();
        (await slow).Hours.ShouldBe(0, "another replica has taken the marks");
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Entity_marks_that_one_replica_expands_are_skipped_by_another()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(DrainStep.EntitiesTaken);
        var first = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(first);

        await Database.ExecuteAsync("update public.issue set project_id = null where id = @Issue", scene);
        var second = await Replica().RoundAsync(Cancellation);
        (second.Result.Hours, second.Empty).ShouldBe((1, false), "the task's mark is still pending");

        waitpoint.Release();
        await first;
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Four_replicas_that_drain_one_backlog_lose_and_double_nothing()
    {
        var scene = await SceneAsync();
        for (var hour = 0; hour < 60; hour++)
        {
            await Seed.UsageRow(scene.Task, model: $"m{hour}", createdAt: Hour(hour));
        }

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DrainAsync()));
        results.Sum(result => result.Marks).ShouldBe(60);
        await Database.ShouldBeExactAsync();
    }
}
