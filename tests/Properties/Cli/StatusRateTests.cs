using NodaTime;
using Shouldly;
using Usage.Engine.Maintenance;
using Usage.Host.Cli;
using Xunit;

namespace Usage.Tests.Properties.Cli;

public sealed class StatusRateTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);

    private static readonly TimeSpan Two = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_rate_is_what_all_replicas_did_between_two_looks_by_the_time_between()
    {
        var rate = StatusRate.Between(Status([Replica("a", 100, 10), Replica("b", 50, 5)]), Status([Replica("a", 140, 14), Replica("b", 60, 5)]), Two);
        (rate.Rows, rate.Hours).ShouldBe((25, 2));
    }

    [Fact]
    public void A_replica_that_started_anew_counts_from_nothing_and_one_that_is_gone_takes_nothing_away()
    {
        var again = Replica("a", 30, 3) with { StartedAt = Start + Duration.FromHours(1) };
        var rate = StatusRate.Between(Status([Replica("a", 100, 10), Replica("gone", 500, 50)]), Status([again, Replica("new", 10, 1)]), Two);
        (rate.Rows, rate.Hours).ShouldBe((20, 2));
    }

    [Fact]
    public void The_time_left_is_that_of_the_hours_left_at_the_pace_of_the_last_ones()
    {
        var before = Status([]) with { Backfill = Backfill(pending: 60) };
        var now = Status([]) with { Backfill = Backfill(pending: 40) };
        StatusRate.Between(before, now, Two).BackfillLeft.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void A_backfill_that_does_not_move_has_no_time_left_and_neither_has_a_new_one()
    {
        var now = Status([]) with { Backfill = Backfill(pending: 40) };
        StatusRate.Between(now, now, Two).BackfillLeft.ShouldBeNull();
        StatusRate.Between(Status([]), now, Two).BackfillLeft.ShouldBeNull();
        var another = now.Backfill! with { StartedAt = Start + Duration.FromHours(1), HoursPending = 20 };
        StatusRate.Between(now, now with { Backfill = another }, Two).BackfillLeft.ShouldBeNull();
    }

    [Fact]
    public void Without_time_between_there_is_no_rate() =>
        Should.Throw<ArgumentOutOfRangeException>(() => StatusRate.Between(Status([]), Status([]), TimeSpan.Zero));

    private static BackfillState Backfill(long pending) => new(null, null, 100, pending, Start, null);

    private static ReplicaState Replica(string name, long rows, long hours) =>
        new(name, Start, null, null, 0, hours, rows, null, null, Start, Alive: true, Failures: 0);

    private static EngineStatus Status(IReadOnlyList<ReplicaState> replicas) => new(
        0, 0, Duration.Zero, Complete: true, null, null, null, null, null, null, 0, null, [], [], replicas, [], null, Running: true);
}
