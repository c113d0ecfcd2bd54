namespace Usage.Screenshots;

/// <summary>A clock that always shows the same time, so that the pages are identical in each run; timers run normally.</summary>
internal sealed class StoppedClock : TimeProvider
{
    // A Tuesday afternoon, during working hours.
    private static readonly DateTimeOffset Moment = new(2026, 11, 24, 15, 40, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Moment;
}
