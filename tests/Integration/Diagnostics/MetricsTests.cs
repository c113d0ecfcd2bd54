using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>The meter Usage.Engine in a host that adds the engine.</summary>
public sealed class MetricsTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Fact]
    public async Task A_drain_is_measured_in_hours_marks_rows_buckets_and_time()
    {
        await using var host = Host();
        var scene = await SceneAsync();
        await Seed.UsageRow(scene.Task, model: "another", createdAt: Hour(0));
        await Seed.UsageRow(scene.Task, createdAt: Hour(1), model: "second hour");
        var marks = await Database.PendingAsync();
        using var hours = Collector<long>(host, "usage.drain.hours");
        using var taken = Collector<long>(host, "usage.drain.marks");
        using var rows = Collector<long>(host, "usage.drain.rows");
        using var buckets = Collector<long>(host, "usage.drain.buckets");
        using var duration = Collector<double>(host, "usage.drain.duration");
        using var setAside = Collector<long>(host, "usage.drain.set_aside");

        await DrainAsync(host);

        Sum(hours).ShouldBe(2);
        Sum(taken).ShouldBe(marks);
        Sum(rows).ShouldBe(3);
        Changed(buckets, "written").ShouldBe(2, "the first hour's other bucket is as it was");
        Changed(buckets, "deleted").ShouldBe(0);
        duration.GetMeasurementSnapshot().ShouldNotBeEmpty();
        duration.GetMeasurementSnapshot().ShouldAllBe(measurement => measurement.Value > 0);
        setAside.GetMeasurementSnapshot().ShouldBeEmpty();
        duration.GetMeasurementSnapshot().ShouldAllBe(measurement => !measurement.Tags.ContainsKey("error.type"));
        (hours.Instrument!.Unit, rows.Instrument!.Unit, duration.Instrument!.Unit).ShouldBe(("{hour}", "{row}", "s"));
    }

    [Fact]
    public async Task Removed_buckets_are_counted_as_deleted()
    {
        await using var host = Host();
        var scene = await SceneAsync();
        using var buckets = Collector<long>(host, "usage.drain.buckets");
        await Database.ExecuteAsync("delete from public.task_usage where task_id = @Task", scene);

        await DrainAsync(host);

        Changed(buckets, "deleted").ShouldBe(1);
        Changed(buckets, "written").ShouldBe(0);
    }

    [Fact]
    public async Task A_drain_that_finds_nothing_counts_nothing()
    {
        await using var host = Host();
        using var hours = Collector<long>(host, "usage.drain.hours");
        using var duration = Collector<double>(host, "usage.drain.duration");

        await DrainAsync(host);

        hours.GetMeasurementSnapshot().ShouldBeEmpty();
        duration.GetMeasurementSnapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_computed_is_counted_as_set_aside()
    {
        await using var host = Host();
        var scene = await SceneAsync();
        await Seed.UsageRow(scene.Task, input: long.MaxValue, createdAt: Hour(0), model: "gpt", provider: "OPENAI");
        using var setAside = Collector<long>(host, "usage.drain.set_aside");

        await DrainAsync(host);

        Sum(setAside).ShouldBe(1);
    }

    private static MetricCollector<T> Collector<T>(ServiceProvider host, string instrument)
        where T : struct => new(host.GetRequiredService<IMeterFactory>(), "Usage.Engine", instrument);

    private static long Sum(MetricCollector<long> collector) => collector.GetMeasurementSnapshot().EvaluateAsCounter();

    private static long Changed(MetricCollector<long> buckets, string how) => buckets.GetMeasurementSnapshot()
        .Where(measurement => Equals(measurement.Tags["usage.change"], how)).Sum(measurement => measurement.Value);

    private ServiceProvider Host() => new ServiceCollection()
        .AddSingleton(Database.DataSource)
        .AddUsageEngine(options => options.DrainInBackground = false)
        .BuildServiceProvider();

    private static Task<DrainResult> DrainAsync(ServiceProvider host) =>
        host.GetRequiredService<IUsageEngine>().DrainAsync(cancellationToken: Cancellation);
}
