using NodaTime;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Diagnostics;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>
/// A server whose clock is put forward or back: what the engine has stored is then from the past or the future. The tests shift what is stored,
/// which is the same to whoever compares it with the clock.
/// </summary>
[Trait("Category", "Faults")]
public sealed class ClockTests(DatabaseFixture fixture, FaultTable ledger) : EngineTests(fixture)
{
    private const string Shift = """
        update usage_rollup.dirty set enqueued_at = enqueued_at + @by;
        update usage_rollup.replica set started_at = started_at + @by, heartbeat_at = heartbeat_at + @by, drain_ended_at = drain_ended_at + @by,
            last_error_at = last_error_at + @by, seen_at = seen_at + @by;
        update usage_rollup.set_aside set retry_at = retry_at + @by
        """;

    [Theory]
    [InlineData(-24)]
    [InlineData(24)]
    public async Task Marks_from_another_time_are_drained(int hours)
    {
        FaultTrial trial = new(Database, ledger);
        await trial.PrepareAsync(Cancellation);
        await trial.ChangeAsync();
        await ShiftAsync(hours);
        (await Replica().Engine.GetStatusAsync(Cancellation)).OldestLiveAge.ShouldBeGreaterThanOrEqualTo(Duration.Zero);
        (await Database.ScalarAsync<double>("select usage_rollup.lag_seconds()")).ShouldBeGreaterThanOrEqualTo(0);

        await using Measured host = new(Database);
        using var freshness = host.Collect<double>("usage.drain.freshness");
        var since = TimeProvider.System.GetTimestamp();
        await host.Parts.Engine.DrainAsync(cancellationToken: Cancellation);
        await trial.RecoverAsync(hours < 0 ? "clock put forward by a day" : "clock put back by a day", since);
        freshness.GetMeasurementSnapshot().ShouldAllBe(measurement => measurement.Value >= 0);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_host_that_has_ended_is_not_alive_because_the_clock_was_put_back()
    {
        await Database.ExecuteAsync("insert into usage_rollup.replica (name, heartbeat_at) values ('ended', now())");
        await ShiftAsync(24);
        var status = await Replica().Engine.GetStatusAsync(Cancellation);
        status.Running.ShouldBeFalse();
        status.Replicas.ShouldAllBe(replica => !replica.Alive);
        (await FaultTrial.FindingsAsync(Database, Cancellation)).ShouldContain("heartbeat_missing");

        // One that lives beside it is seen.
        await Database.ExecuteAsync("insert into usage_rollup.replica (name, heartbeat_at) values ('alive', now())");
        (await Replica().Engine.GetStatusAsync(Cancellation)).Running.ShouldBeTrue();
        (await FaultTrial.FindingsAsync(Database, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_retry_is_not_as_far_away_as_the_clock_was_put_back()
    {
        await SceneAsync();
        await Database.ExecuteAsync(
            """
            insert into usage_rollup.dirty (bucket_hour) values (@hour);
            insert into usage_rollup.set_aside (bucket_hour, error, retry_at) values (@hour, 'failed once', now() + interval '1 minute')
            """,
            new { hour = Hour(0) });
        await ShiftAsync(24);
        var host = Replica(configure: options => options.MaxBackoff = TimeSpan.FromMilliseconds(100));
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync(FaultTrial.NothingPending);
        await host.Parts.Loop.StopAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }

    private Task ShiftAsync(int hours) => Database.ExecuteAsync(Shift, new { by = TimeSpan.FromHours(hours) });
}
