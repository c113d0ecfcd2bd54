using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>The state of the engine. Ages are by the database's clock.</summary>
/// <param name="PendingLive">Live marks not yet drained.</param>
/// <param name="PendingBackfill">Backfill and repair marks not yet drained.</param>
/// <param name="OldestLiveAge">Age of the oldest live mark; zero when there is none.</param>
/// <param name="Complete">Whether all history has been backfilled.</param>
/// <param name="PausedSince">When the engine was paused; null while it runs.</param>
/// <param name="LastDrainStartedAt">Start of the newest drain of any replica.</param>
/// <param name="LastDrainEndedAt">End of that drain.</param>
/// <param name="LastDrainRows">Usage rows that it read.</param>
/// <param name="LastError">The newest error of any replica, kept until it is overwritten.</param>
/// <param name="LastErrorAt">When that error occurred.</param>
/// <param name="RowsOutOfRange">Usage rows dated before 2000 or after 2100, which are in no bucket.</param>
/// <param name="Backfill">The newest backfill; null before the first.</param>
/// <param name="SetAside">Agents in an hour, hours and entities that could not be computed, with their errors.</param>
/// <param name="BrokenTriggers">Names of triggers that are missing or disabled.</param>
/// <param name="Replicas">What each replica did, most recent first.</param>
/// <param name="ChangedTables">
/// Partitions that were added or removed, which no trigger marks. The next start of a host, or <c>usage migrate</c>, marks
/// everything.
/// </param>
/// <param name="LastHeartbeatAt">The newest heartbeat of any replica's background loop; null before the first.</param>
/// <param name="Running">
/// Whether marks are being drained: at least one replica's background loop is alive, and the engine is not paused. A loop that is
/// alive but failing counts as running; see <see cref="ReplicaState.Failures"/>.
/// </param>
public sealed record EngineStatus(
    long PendingLive, long PendingBackfill, Duration OldestLiveAge, bool Complete, Instant? PausedSince,
    Instant? LastDrainStartedAt, Instant? LastDrainEndedAt, long? LastDrainRows, string? LastError, Instant? LastErrorAt,
    long RowsOutOfRange, BackfillState? Backfill, IReadOnlyList<SetAsideMark> SetAside, IReadOnlyList<string> BrokenTriggers,
    IReadOnlyList<ReplicaState> Replicas, IReadOnlyList<string> ChangedTables, Instant? LastHeartbeatAt, bool Running)
{
    /// <summary>The live marks by their age, youngest first.</summary>
    public IReadOnlyList<MarksOfAge> PendingByAge { get; init; } = [];

    /// <summary>Buckets of hours before it are final, and their raw rows may be gone; null if nothing is frozen.</summary>
    public Instant? FrozenBefore { get; init; }

    /// <summary>Usage rows that were written after their hour was frozen, and are in no report.</summary>
    public LateUsageTotal LateUsage { get; init; } = new(0, 0, null);

    /// <summary>The newest verifications of all history, newest first, at most 10.</summary>
    public IReadOnlyList<VerificationState> Verifications { get; init; } = [];
}
