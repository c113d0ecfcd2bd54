using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>A verification of all history, as recorded in the database by whichever host ran it.</summary>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="ReplicaName">The host that ran it.</param>
/// <param name="Scheduled">Whether it ran by <see cref="UsageEngineOptions.VerifyEvery"/> rather than by a command.</param>
/// <param name="Error">Why it failed; null if it completed. If it failed, the figures are zero.</param>
/// <param name="RawRows">Usage rows compared.</param>
/// <param name="Buckets">Buckets compared.</param>
/// <param name="DriftCount">Buckets, and sets of tasks beside them, that differed.</param>
/// <param name="MarkedHours">Hours that it marked for repair.</param>
/// <param name="PendingHours">Hours that it could not judge because they had pending marks.</param>
public sealed record VerificationState(
    Instant StartedAt, Instant EndedAt, string ReplicaName, bool Scheduled, string? Error, long RawRows, long Buckets, long DriftCount,
    long MarkedHours, long PendingHours);
