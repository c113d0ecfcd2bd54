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

        var spans = await TraceAsync(() => DrainAsync());

        spans.Select(span => span.OperationName).ShouldBe(["usage.expand", "usage.drain"]);
        spans[0].Events.Select(step => step.Name).ShouldBe([nameof(DrainStep.EntitiesTaken), nameof(DrainStep.EntitiesExpanded)]);
        var drain = spans[1];
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
        failed.ShouldAllBe(drain => Equals(drain.GetTagItem("error.type"), "22003"));
        failed.ShouldAllBe(drain => drain.Events.All(step => step.Name != nameof(DrainStep.Committed)));
    }

    [Fact]
    public async Task Draining_nothing_is_not_traced() => (await TraceAsync(() => DrainAsync())).ShouldBeEmpty();

    [Fact]
    public async Task A_span_of_the_host_that_calls_the_engine_is_not_written_to()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        using Activity ofTheHost = new("host");
        ofTheHost.Start();

        await DrainAsync();

        ofTheHost.Events.ShouldBeEmpty();
        ofTheHost.TagObjects.ShouldBeEmpty();
        ofTheHost.Status.ShouldBe(ActivityStatusCode.Unset);
    }

    [Fact]
    public async Task Drains_in_the_background_are_no_part_of_what_the_host_did_when_it_started()
    {
        await MarkAsync(await SceneAsync());
        var host = Replica();
        var spans = await TraceAsync(
            async () =>
            {
                await host.Parts.Loop.StartAsync(Cancellation);
                await Database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
                await host.Parts.Loop.StopAsync(Cancellation);
            });
        spans.ShouldBeEmpty("they would be children of the host's start, for as long as it runs");
    }

    [Fact]
    public async Task A_report_and_a_recording_are_spans_with_their_kind_and_outcome()
    {
        var scene = await SceneAsync();
        var host = Replica();
        var spans = await TraceAsync(async () =>
        {
            await host.Parts.Recorder.RecordAsync(scene.Task, [new("openai", "gpt", 1)], Cancellation);
            await host.Parts.Reports.TaskAsync(scene.Workspace, scene.Task, Cancellation);
        });

        spans.Select(span => span.OperationName).ShouldBe(["usage.recording", "usage.report"]);
        spans[0].GetTagItem("usage.outcome").ShouldBe("stored");
        spans[1].GetTagItem("usage.report").ShouldBe("tasks");
        spans[1].GetTagItem("usage.source").ShouldBe("raw");
    }

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
