using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>The gauges, which show the figures of the database.</summary>
[Collection("Listeners")]
public sealed class GaugeTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Gauges_show_what_is_pending_set_aside_alive_broken_and_paused()
    {
        await using Measured host = new(Database, time);
        await Database.ExecuteAsync(
            """
            insert into usage_rollup.dirty (bucket_hour, origin, enqueued_at)
            values (@first, 0, now() - interval '1 hour'), (@first, 1, now()), (@second, 1, now()), (@second, 1, now());
            insert into usage_rollup.set_aside (bucket_hour, agent_id, error, retry_at)
            values (@first, gen_random_uuid(), 'x', 'infinity'), (@second, gen_random_uuid(), 'x', 'infinity'), (@first, null, 'x', 'infinity');
            insert into usage_rollup.replica (name, heartbeat_at)
            values ('alive', now()), ('ended', now() - interval '2 hours'), ('a verb', null);
            update usage_rollup.control set paused_at = now();
            insert into usage_rollup.verification (replica, scheduled, started_at, ended_at, raw_rows, buckets, drift_count)
            values ('a', true, now(), now() - interval '2 hours', 9, 5, 0), ('a', true, now(), now() - interval '1 hour', 9, 5, 3);
            insert into usage_rollup.verification (replica, scheduled, started_at, error) values ('a', true, now(), 'x');
            alter table public.issue disable trigger all
            """,
            new { first = Hour(0), second = Hour(1) });
        try
        {
            using var pending = host.Collect<long>("usage.marks.pending");
            using var oldest = host.Collect<double>("usage.marks.oldest_age");
            using var setAside = host.Collect<long>("usage.set_aside");
            using var backfill = host.Collect<long>("usage.backfill.remaining");
            using var alive = host.Collect<long>("usage.replicas.alive");
            using var broken = host.Collect<long>("usage.triggers.broken");
            using var paused = host.Collect<long>("usage.paused");
            using var drift = host.Collect<long>("usage.verify.drift");
            using var verified = host.Collect<double>("usage.verify.age");
            await host.Parts.GaugeWatch.StartAsync(Cancellation);
            await ShownAsync(pending);

            Tagged(pending, "usage.origin").ShouldBe(new Dictionary<string, long> { ["live"] = 1, ["backfill"] = 3 }, ignoreOrder: true);
            (await ShownAsync(oldest))[0].Value.ShouldBeInRange(3_600, 7_200);
            await ShownAsync(setAside);
            Tagged(setAside, "usage.unit").ShouldBe(new Dictionary<string, long> { ["agent"] = 2, ["hour"] = 1, ["entity"] = 0 }, ignoreOrder: true);
            (await ShownAsync(backfill)).ShouldHaveSingleItem().Value.ShouldBe(2);
            (await ShownAsync(alive)).ShouldHaveSingleItem().Value.ShouldBe(1);
            (await ShownAsync(broken)).ShouldHaveSingleItem().Value.ShouldBe(1);
            (await ShownAsync(paused)).ShouldHaveSingleItem().Value.ShouldBe(1);
            (await ShownAsync(drift)).ShouldHaveSingleItem().Value.ShouldBe(3);
            (await ShownAsync(verified))[0].Value.ShouldBeInRange(3_600, 7_200);
        }
        finally
        {
            await host.Parts.GaugeWatch.StopAsync(Cancellation);
            await Database.ExecuteAsync("alter table public.issue enable trigger all");
        }
    }

    [Fact]
    public async Task While_the_figures_cannot_be_read_gauges_show_nothing_rather_than_what_was()
    {
        await using Measured host = new(Database, time);
        using var pending = host.Collect<long>("usage.marks.pending");
        await host.Parts.GaugeWatch.StartAsync(Cancellation);
        await ShownAsync(pending);
        await Database.ExecuteAsync("alter table usage_rollup.set_aside rename to hidden");
        try
        {
            while (Now(pending).Count > 0)
            {
                await NextReadAsync();
            }
        }
        finally
        {
            await Database.ExecuteAsync("alter table usage_rollup.hidden rename to set_aside");
        }

        await ShownAsync(pending);
        await host.Parts.GaugeWatch.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Without_a_listener_nothing_is_read()
    {
        const string Connections = "select count(*) from pg_stat_activity where application_name = 'unheard'";
        await using Measured host = new(Database, time, "unheard");
        await host.Parts.GaugeWatch.StartAsync(Cancellation);
        for (var reads = 0; reads < 20; reads++)
        {
            await NextReadAsync();
        }

        (await Database.ScalarAsync<long>(Connections)).ShouldBe(0);
        using var paused = host.Collect<long>("usage.paused");
        await ShownAsync(paused);
        (await Database.ScalarAsync<long>(Connections)).ShouldBe(1);
        await host.Parts.GaugeWatch.StopAsync(Cancellation);
    }

    private static Dictionary<string, long> Tagged(MetricCollector<long> gauge, string tag) =>
        Now(gauge).ToDictionary(measurement => (string)measurement.Tags[tag]!, measurement => measurement.Value);

    private static IReadOnlyList<CollectedMeasurement<T>> Now<T>(MetricCollector<T> gauge)
        where T : struct
    {
        gauge.Clear();
        gauge.RecordObservableInstruments();
        return gauge.GetMeasurementSnapshot();
    }

    /// <summary>Waits until there are figures.</summary>
    private async Task<IReadOnlyList<CollectedMeasurement<T>>> ShownAsync<T>(MetricCollector<T> gauge)
        where T : struct
    {
        while (Now(gauge) is var shown)
        {
            if (shown.Count > 0)
            {
                return shown;
            }

            await NextReadAsync();
        }

        return [];
    }

    private async Task NextReadAsync()
    {
        time.Advance(TimeSpan.FromSeconds(5));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
    }
}
