using System.Collections.Concurrent;
using System.Diagnostics;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>The activity source Usage.Engine as seen by a listener.</summary>
public sealed class TracesTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Fact]
    public async Task A_drain_is_traced_with_its_hours_and_its_steps_in_order()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);

        var drain = (await TraceAsync(() => DrainAsync())).ShouldHaveSingleItem();

        drain.OperationName.ShouldBe("usage.drain");
        drain.GetTagItem("usage.drain.hours").ShouldBe(1);
        drain.Status.ShouldBe(ActivityStatusCode.Unset);
        drain.Duration.ShouldBeGreaterThan(TimeSpan.Zero);
        var steps = drain.Events.Select(step => step.Name).ToList();
        DrainStep[] expected = [DrainStep.Locked, DrainStep.Claimed, DrainStep.Resolved, DrainStep.Computed, DrainStep.Replaced, DrainStep.Committed];
        steps.Where(step => expected.Select(each => each.ToString()).Contains(step)).ShouldBe(expected.Select(step => step.ToString()));
    }

    [Fact]
    public async Task A_drain_that_fails_because_of_its_data_is_traced_with_the_error_and_never_commits()
    {
        var scene = await SceneAsync();
        await Seed.UsageRow(scene.Task, model: "other", createdAt: Hour(0));
        await Database.ExecuteAsync(
            """
            create function public.refuse() returns trigger language plpgsql as
            $$ begin raise exception 'out of range' using errcode = '22003'; end $$;
            create trigger refuse before insert on usage_rollup.hourly for each row execute function public.refuse();
            """);

        IReadOnlyList<Activity> drains;
        try
        {
            drains = await TraceAsync(() => DrainAsync());
        }
        finally
        {
            await Database.ExecuteAsync("drop function public.refuse() cascade");
        }

        var failed = drains.Where(drain => drain.Status == ActivityStatusCode.Error).ToList();
        failed.ShouldNotBeEmpty();
        failed.ShouldAllBe(drain => !string.IsNullOrEmpty(drain.StatusDescription));
        failed.ShouldAllBe(drain => drain.Events.All(step => step.Name != nameof(DrainStep.Committed)));
    }

    [Fact]
    public async Task Draining_nothing_is_not_traced() => (await TraceAsync(() => DrainAsync())).ShouldBeEmpty();

    /// <summary>The engine's activities during an action, excluding those of other tests in the process.</summary>
    private static async Task<IReadOnlyList<Activity>> TraceAsync(Func<Task> work)
    {
        ConcurrentQueue<Activity> ended = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Usage.Engine",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using Activity test = new("test");
        test.SetIdFormat(ActivityIdFormat.W3C);
        test.Start();
        await work();
        test.Stop();
        return [.. ended.Where(activity => activity.TraceId == test.TraceId)];
    }
}
