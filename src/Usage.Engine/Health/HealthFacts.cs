using NodaTime;
using Usage.Engine.Standby;

namespace Usage.Engine.Health;

/// <summary>The outcome of reading the engine's state.</summary>
internal enum DatabaseAnswer
{
    /// <summary>No connection, or a timeout.</summary>
    None,

    /// <summary>The engine's schema is missing or out of date.</summary>
    NoSchema,

    /// <summary>An error, such as a missing privilege.</summary>
    Error,

    /// <summary>The state was read.</summary>
    Facts,
}

/// <summary>The facts that determine health. Ages are by the database's clock.</summary>
/// <param name="Answer">The outcome. The other facts are only known if it is <see cref="DatabaseAnswer.Facts"/>.</param>
/// <param name="SqlState">The SQLSTATE, if there was an error.</param>
/// <param name="HeartbeatAge">Age of the newest heartbeat of a background loop; null if there has never been one.</param>
/// <param name="Failures">The fewest consecutive failures of any live replica: while one succeeds, marks are drained.</param>
/// <param name="OldestLiveAge">Age of the oldest live mark; null when there is none.</param>
/// <param name="SetAside">Number of items that could not be computed.</param>
/// <param name="PausedFor">Time since the engine was paused; null while it runs.</param>
/// <param name="BrokenTriggers">Triggers that are missing or disabled.</param>
/// <param name="ChangedTables">Partitions that came or went, which no trigger marks.</param>
internal sealed record HealthFacts(
    DatabaseAnswer Answer, string? SqlState, Duration? HeartbeatAge, int Failures, Duration? OldestLiveAge, long SetAside,
    Duration? PausedFor, IReadOnlyList<string> BrokenTriggers, IReadOnlyList<string> ChangedTables)
{
    /// <summary>Whether the database takes no writes: a standby, or made so by an operator.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the standby serves reports; null if there is none.</summary>
    public StandbyState? Standby { get; init; }

    /// <summary>What the newest completed verification of all history found to differ.</summary>
    public long Drift { get; init; }

    /// <summary>Time since a verification of all history completed, or since history was backfilled if none has.</summary>
    public Duration UnverifiedFor { get; init; }

    public static HealthFacts Without(DatabaseAnswer answer, string? sqlState = null) =>
        new(answer, sqlState, HeartbeatAge: null, Failures: 0, OldestLiveAge: null, SetAside: 0, PausedFor: null, BrokenTriggers: [],
            ChangedTables: []);
}
