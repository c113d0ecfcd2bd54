using Usage.Engine.Draining;

namespace Usage.Engine.Hosting;

/// <summary>
/// The loop's consecutive failures, and the delay that follows from them. Pure. Failed rounds back off exponentially; a failed
/// connection is retried at once and then at least every second, so that the loop recovers as soon as the database does.
/// </summary>
/// <param name="Connections">Connection failures since a round last ran.</param>
/// <param name="Rounds">Consecutive rounds that ran and failed. An outage in between does not reset the count.</param>
internal readonly record struct FailureRun(int Connections, int Rounds)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    public FailureRun AndConnection() => this with { Connections = Connections + 1 };

    public FailureRun AndRound() => new(Connections: 0, Rounds + 1);

    /// <summary>The delay before the next attempt.</summary>
    /// <param name="least">Delay after the first failed round.</param>
    /// <param name="most">Longest delay.</param>
    public TimeSpan Rest(TimeSpan least, TimeSpan most) => Connections switch
    {
        0 => DrainPacing.Backoff(Rounds, least, most),
        1 => TimeSpan.Zero,
        _ => DrainPacing.Backoff(Connections - 1, FirstRest, most < LongestRest ? most : LongestRest),
    };
}
