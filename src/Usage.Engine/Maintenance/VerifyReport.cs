using NodaTime;

namespace Usage.Engine.Maintenance;

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

    /// <summary>Hours before it are frozen and were not compared; null if nothing is frozen.</summary>
    public Instant? FrozenBefore { get; init; }

    /// <summary>The first of the sets of tasks that drifted.</summary>
    public IReadOnlyList<TaskSetDrift> TaskSetDrift { get; init; } = [];
}
