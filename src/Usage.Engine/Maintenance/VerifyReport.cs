using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>What to verify.</summary>
public sealed record VerifyRequest
{
    /// <summary>First hour, inclusive; null for all history.</summary>
    public Instant? From { get; init; }

    /// <summary>End, exclusive; null for all history.</summary>
    public Instant? To { get; init; }

    /// <summary>Whether the hours that drifted are marked, to be recomputed by the next drain.</summary>
    public bool Repair { get; init; }

    /// <summary>How many drifted buckets are listed in full; all are counted. Default: 1,000.</summary>
    public int ListAtMost { get; init; } = 1_000;
}

/// <summary>What a comparison of the rollup with the raw rows found, all in one snapshot.</summary>
/// <param name="RawRows">Usage rows in the range.</param>
/// <param name="Buckets">Buckets in the range.</param>
/// <param name="DriftCount">Buckets that differ, are missing, or should not be there.</param>
/// <param name="Drift">The first of them, with both figures.</param>
/// <param name="PendingHours">Hours with marks that are not drained yet: pending, not drift, whether or not they differ.</param>
/// <param name="MarkedHours">Hours marked for repair.</param>
/// <param name="HoursNotBackfilled">
/// Hours with usage of agents that were never counted there, before all history has been backfilled: no drift.
/// </param>
/// <param name="BrokenTriggers">Triggers that are missing or disabled: what they would have marked may be drift.</param>
/// <param name="ChangedTables">Partitions that came or went, which no trigger marks: what they hold, or held, may be drift.</param>
public sealed record VerifyReport(
    long RawRows, long Buckets, long DriftCount, IReadOnlyList<BucketDrift> Drift, IReadOnlyList<Instant> PendingHours,
    long MarkedHours, long HoursNotBackfilled, IReadOnlyList<string> BrokenTriggers, IReadOnlyList<string> ChangedTables)
{
    /// <summary>Whether the range holds usage from before the rollup, which no backfill has counted yet.</summary>
    public bool NotBackfilled => HoursNotBackfilled > 0;
}

/// <summary>A bucket that differs. A side is null where it has no such bucket.</summary>
public sealed record BucketDrift(
    Instant BucketHour, Guid WorkspaceId, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, string Provider, string Model,
    BucketFigures? Raw, BucketFigures? Rollup);

/// <summary>The measures of a bucket, without a limit to their size, so that a sum over 64 bits can be shown.</summary>
public sealed record BucketFigures(
    decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens, decimal CostUsdTicks,
    decimal UncostedInputTokens, decimal UncostedOutputTokens, decimal UncostedCacheReadTokens, decimal UncostedCacheWriteTokens,
    decimal TaskCount, decimal EventCount);

/// <summary>How far a verification is.</summary>
/// <param name="Through">End of the part that is verified, exclusive.</param>
/// <param name="DaysDone">Days verified.</param>
/// <param name="DaysTotal">Days in the range.</param>
/// <param name="RawRows">Usage rows so far.</param>
/// <param name="DriftCount">Drifted buckets so far.</param>
public sealed record VerifyProgress(Instant Through, long DaysDone, long DaysTotal, long RawRows, long DriftCount);
