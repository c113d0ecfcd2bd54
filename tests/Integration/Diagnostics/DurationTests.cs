using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>The histograms of time, whose tags tell what was done and how it failed.</summary>
public sealed class DurationTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private const string Refuse = """
        create function public.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'refused by the test' using errcode = 'P0042'; end $$;
        """;

    private static readonly ReportWindow Window = ReportWindow.Between(new(2026, 3, 1), new(2026, 3, 2), DateTimeZone.Utc);

    [Fact]
    public async Task Recording_is_timed_by_its_outcome()
    {
        await using Measured host = new(Database);
        var task = await Seed.LoneTask();
        using var duration = host.Collect<double>("usage.recording.duration");
        var recorder = host.Parts.Recorder;

        await recorder.RecordAsync(task, [new("openai", "gpt", 1)], Cancellation);
        await Should.ThrowAsync<UnknownTaskException>(() => recorder.RecordAsync(Guid.NewGuid(), [new("openai", "gpt", 1)], Cancellation));
        await Should.ThrowAsync<UsageValidationException>(() => recorder.RecordAsync(task, [], Cancellation));

        Tags(duration, "usage.outcome").ShouldBe(["stored", "unknown_task", "refused"]);
        duration.GetMeasurementSnapshot().ShouldAllBe(measurement => measurement.Value >= 0);
        duration.Instrument!.Unit.ShouldBe("s");
    }

    [Fact]
    public async Task Recording_that_fails_is_timed_by_its_error()
    {
        await using Measured host = new(Database);
        var task = await Seed.LoneTask();
        using var duration = host.Collect<double>("usage.recording.duration");
        await Database.ExecuteAsync(
            $"{Refuse} create trigger refuse before insert on public.task_usage for each row execute function public.refuse()");
        try
        {
            await Should.ThrowAsync<PostgresException>(() => host.Parts.Recorder.RecordAsync(task, [new("openai", "gpt", 1)], Cancellation));
        }
        finally
        {
            await Database.ExecuteAsync("drop function public.refuse() cascade");
        }

        Tags(duration, "error.type").ShouldBe(["P0042"]);
        Tags(duration, "usage.outcome").ShouldBeEmpty();
    }

    [Fact]
    public async Task Reports_are_timed_by_their_kind_and_source()
    {
        await using Measured host = new(Database);
        var scene = await SceneAsync();
        await host.Parts.Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        using var duration = host.Collect<double>("usage.report.duration");

        await host.Parts.Reports.WorkspaceDailyAsync(scene.Workspace, Window, cancellationToken: Cancellation);
        await host.Parts.Reports.WorkspaceHeatmapAsync(
            scene.Workspace, Window, options: new() { Mode = ReportMode.Raw }, cancellationToken: Cancellation);
        await host.Parts.Reports.IssueTotalAsync(scene.Workspace, scene.Issue, Cancellation);

        Tags(duration, "usage.report").ShouldBe(["daily", "heatmap", "tasks"]);
        Tags(duration, "usage.source").ShouldBe(["rollup", "raw", "raw"]);
        Tags(duration, "error.type").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_drain_that_fails_is_timed_by_its_error()
    {
        await using Measured host = new(Database);
        await MarkAsync(await SceneAsync());
        using var duration = host.Collect<double>("usage.drain.duration");
        await Database.ExecuteAsync(
            $"{Refuse} create trigger refuse before insert or update on usage_rollup.hourly for each row execute function public.refuse()");
        try
        {
            await Should.ThrowAsync<PostgresException>(() => host.Parts.Engine.DrainAsync(cancellationToken: Cancellation));
        }
        finally
        {
            await Database.ExecuteAsync("drop function public.refuse() cascade");
        }

        Tags(duration, "error.type").ShouldBe(["P0042"]);
        await host.Parts.Engine.DrainAsync(cancellationToken: Cancellation);
        Tags(duration, "error.type").ShouldBe(["P0042"], "the drain that succeeded has none");
        duration.GetMeasurementSnapshot().Count.ShouldBe(2);
        await Database.ShouldBeExactAsync();
    }

    private static IReadOnlyList<object?> Tags(MetricCollector<double> duration, string tag) =>
        [.. duration.GetMeasurementSnapshot().Where(measurement => measurement.Tags.ContainsKey(tag)).Select(measurement => measurement.Tags[tag])];
}
