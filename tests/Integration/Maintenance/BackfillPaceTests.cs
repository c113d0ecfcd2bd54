using Shouldly;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class BackfillPaceTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    [Theory, InlineData(0), InlineData(-0.5), InlineData(1.01)]
    public async Task A_duty_outside_0_to_1_is_rejected(double duty) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => Replica().Engine.BackfillAsync(new() { Duty = duty }, cancellationToken: Cancellation));

    [Fact]
    public async Task A_throttled_backfill_pauses_in_proportion_to_its_work()
    {
        await HistoryAsync(5);
        RecordingTime time = new();
        await Replica(time: time).Engine.BackfillAsync(new() { Duty = 0.25 }, cancellationToken: Cancellation);
        time.Rests.Where(rest => rest != Heartbeat.Slowest).ShouldNotBeEmpty();
        time.Rests.ShouldAllBe(rest => rest > TimeSpan.Zero);
        time.Rests.Clear();
        await Replica(time: time).Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        time.Rests.Where(rest => rest != Heartbeat.Slowest).ShouldBeEmpty("unthrottled, but for the signs of life beside it");
        await Database.ShouldBeExactAsync();
    }

    /// <summary>The system's time provider, which records delays.</summary>
    private sealed class RecordingTime : TimeProvider
    {
        public List<TimeSpan> Rests { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Rests.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
