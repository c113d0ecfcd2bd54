using NodaTime;

namespace Usage.Engine.Health;

/// <summary>How far a look at the database came.</summary>
internal enum DatabaseAnswer
{
    /// <summary>No connection, or no answer in time.</summary>
    None,

    /// <summary>The engine's schema is not there, or older than this program.</summary>
    NoSchema,

    /// <summary>An error, such as a permission that is missing.</summary>
    Error,

    /// <summary>Everything asked for.</summary>
    Facts,
}

/// <summary>What health is decided by; ages are by the database's clock.</summary>
/// <param name="Answer">Unless it is <see cref="DatabaseAnswer.Facts"/>, nothing else is known.</param>
/// <param name="SqlState">The error's code, where there was one.</param>
/// <param name="HeartbeatAge">Since the newest sign of life of a background loop; null when there was none ever.</param>
/// <param name="Failures">Rounds that have failed in a row, of the replica alive that has the fewest: while one succeeds, marks are drained.</param>
/// <param name="OldestLiveAge">Age of the oldest live mark; null when there is none.</param>
/// <param name="SetAside">How much could not be computed.</param>
/// <param name="PausedFor">Since the engine was paused; null when it is not.</param>
/// <param name="BrokenTriggers">Triggers that are missing or disabled.</param>
internal sealed record HealthFacts(
    DatabaseAnswer Answer, string? SqlState, Duration? HeartbeatAge, int Failures, Duration? OldestLiveAge, long SetAside,
    Duration? PausedFor, IReadOnlyList<string> BrokenTriggers)
{
    /// <summary>Whether the database takes no writes: a standby, or made so by an operator.</summary>
    public bool ReadOnly { get; init; }

    public static HealthFacts Without(DatabaseAnswer answer, string? sqlState = null) =>
        new(answer, sqlState, HeartbeatAge: null, Failures: 0, OldestLiveAge: null, SetAside: 0, PausedFor: null, BrokenTriggers: []);
}
