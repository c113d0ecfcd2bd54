using Usage.Engine.Draining;

namespace Usage.Engine.Hosting;

/// <summary>
/// What the loop has failed at since it last succeeded, and how long it rests. Pure. Rounds that fail back off further and further; a
/// connection that failed is tried again at once, and then at least every second, so that an outage is over for the loop when it is for the
/// database.
/// </summary>
/// <param name="Connections">Connections that broke or were not had, since a round last ran.</param>
/// <param name="Rounds">Rounds that ran and failed. An outage between two of them makes neither forgotten.</param>
internal readonly record struct FailureRun(int Connections, int Rounds)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    public FailureRun AndConnection() => this with { Connections = Connections + 1 };

    public FailureRun AndRound() => new(Connections: 0, Rounds + 1);

    /// <summary>The pause before the next attempt.</summary>
    /// <param name="least">After the first round that failed.</param>
    /// <param name="most">The longest there is.</param>
    public TimeSpan Rest(TimeSpan least, TimeSpan most) => Connections switch
    {
        0 => DrainPacing.Backoff(Rounds, least, most),
        1 => TimeSpan.Zero,
        _ => DrainPacing.Backoff(Connections - 1, FirstRest, most < LongestRest ? most : LongestRest),
    };
}
