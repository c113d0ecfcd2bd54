using NodaTime;

namespace Usage.Engine.Maintenance;

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
