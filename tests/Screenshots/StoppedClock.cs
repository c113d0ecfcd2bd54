namespace Usage.Screenshots;

/// <summary>A clock that shows one moment, so that the same pages come out each time; timers run as they do.</summary>
internal sealed class StoppedClock : TimeProvider
{
    // A Tuesday afternoon, in the middle of what people do.
    private static readonly DateTimeOffset Moment = new(2026, 11, 24, 15, 40, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Moment;
}
