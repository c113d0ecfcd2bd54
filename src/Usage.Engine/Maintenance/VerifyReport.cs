using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>What to verify.</summary>
public sealed record VerifyRequest
{
    /// <summary>Start, inclusive; null for all history. Rounded down to the hour.</summary>
    public Instant? From { get; init; }

    /// <summary>End, exclusive; null for all history. Rounded up to the hour.</summary>
    public Instant? To { get; init; }

    /// <summary>Whether to mark drifted hours, which the next drain recomputes.</summary>
    public bool Repair { get; init; }

    /// <summary>How many drifted buckets, and sets of tasks, are listed in full; all are counted. Default: 1,000.</summary>
    public int ListAtMost { get; init; } = 1_000;
}

/// <summary>The result of comparing the rollup with the raw rows, in one snapshot.</summary>
/// <param name="RawRows">Usage rows in the range.</param>
/// <param name="Buckets">Buckets in the range.</param>
/// <param name="DriftCount">Buckets, and sets of tasks beside them, that differ, are missing, or should not be there.</param>
/// <param name="Drift">The first of the buckets, with both figures.</param>
/// <param name="PendingHours">Hours with pending marks. They are not drift, whether or not they differ.</param>
/// <param name="MarkedHours">Hours marked for repair.</param>
/// <param name="HoursNotBackfilled">
/// Hours with usage that was never counted because history is not backfilled yet. They are not drift.
/// </param>
/// <param name="BrokenTriggers">Triggers that are missing or disabled. Changes that they did not mark may be drift.</param>
/// <param name="ChangedTables">Partitions that were added or removed, which no trigger marks. Their rows may be drift.</param>
public sealed record VerifyReport(
    long RawRows, long Buckets, long DriftCount, IReadOnlyList<BucketDrift> Drift, IReadOnlyList<Instant> PendingHours,
    long MarkedHours, long HoursNotBackfilled, IReadOnlyList<string> BrokenTriggers, IReadOnlyList<string> ChangedTables)
{
    /// <summary>Whether the range has usage from before the rollup that no backfill has counted yet.</summary>
    public bool NotBackfilled => HoursNotBackfilled > 0;

    /// <summary>The first of the sets of tasks that drifted.</summary>
    public IReadOnlyList<TaskSetDrift> TaskSetDrift { get; init; } = [];
}

/// <summary>A bucket that differs. A side is null if it lacks the bucket.</summary>
public sealed record BucketDrift(
    Instant BucketHour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, string Provider, string Model,
    BucketFigures? Raw, BucketFigures? Rollup);

/// <summary>
/// The distinct tasks of an hour and attribution that differ: how many each side has, null where it has none. Equal numbers stand for
/// different tasks.
/// </summary>
public sealed record TaskSetDrift(
    Instant BucketHour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, long? RawTasks, long? RollupTasks);

/// <summary>The measures of a bucket, as decimals, so that a sum that exceeds 64 bits can be shown.</summary>
public sealed record BucketFigures(
    decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens, decimal CostUsdTicks,
    decimal UncostedInputTokens, decimal UncostedOutputTokens, decimal UncostedCacheReadTokens, decimal UncostedCacheWriteTokens,
    decimal TaskCount, decimal EventCount);

/// <summary>The progress of a verification.</summary>
/// <param name="Through">End of the verified part, exclusive.</param>
/// <param name="DaysDone">Days verified.</param>
/// <param name="DaysTotal">Days in the range.</param>
/// <param name="RawRows">Usage rows so far.</param>
/// <param name="DriftCount">Drifted buckets and sets of tasks so far.</param>
public sealed record VerifyProgress(Instant Through, long DaysDone, long DaysTotal, long RawRows, long DriftCount);
