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
}

/// <summary>Live marks of about the same age.</summary>
/// <param name="From">They are at least so old.</param>
/// <param name="Under">They are younger; null where nothing bounds their age.</param>
/// <param name="Marks">How many.</param>
public sealed record MarksOfAge(Duration From, Duration? Under, long Marks);

/// <summary>The progress of a backfill, whichever replica drains it.</summary>
public sealed record BackfillState(
    Instant? From, Instant? To, long HoursTotal, long HoursPending, Instant StartedAt, Instant? CompletedAt);

/// <summary>
/// Something that could not be computed, with its error and the time of the next attempt: an agent's usage in an hour, all usage
/// of an hour if the agent can't be identified, or, without an hour, an entity whose hours could not be found.
/// </summary>
public sealed record SetAsideMark(
    Instant? BucketHour, Guid? TaskId, Guid? IssueId, Guid? AgentId, string Error, int Attempts, Instant FirstFailedAt,
    Instant LastFailedAt, Instant RetryAt);

/// <summary>What a replica has done since it started.</summary>
/// <param name="Name">Its <see cref="UsageEngineOptions.ReplicaName"/>.</param>
/// <param name="StartedAt">When its background loop started, or its first drain on request was recorded.</param>
/// <param name="DrainStartedAt">Start of its newest drain.</param>
/// <param name="DrainEndedAt">End of that drain.</param>
/// <param name="DrainRows">Usage rows that it read.</param>
/// <param name="TotalHours">Hours recomputed.</param>
/// <param name="TotalRows">Usage rows read.</param>
/// <param name="LastError">The newest error, kept until it is overwritten.</param>
/// <param name="LastErrorAt">When that error occurred.</param>
/// <param name="HeartbeatAt">Last heartbeat of its background loop; null if it has none.</param>
/// <param name="Alive">Whether the heartbeat is younger than <see cref="UsageEngineOptions.HeartbeatTimeout"/>.</param>
/// <param name="Failures">Consecutive failed rounds of its background loop; 0 after a success.</param>
public sealed record ReplicaState(
    string Name, Instant StartedAt, Instant? DrainStartedAt, Instant? DrainEndedAt, long DrainRows, long TotalHours, long TotalRows,
    string? LastError, Instant? LastErrorAt, Instant? HeartbeatAt, bool Alive, int Failures);
