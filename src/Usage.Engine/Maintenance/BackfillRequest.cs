using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>What to backfill.</summary>
public sealed record BackfillRequest
{
    /// <summary>Start, inclusive; null for all history. Rounded down to the hour.</summary>
    public Instant? From { get; init; }

    /// <summary>End, exclusive; null for all history. Rounded up to the hour.</summary>
    public Instant? To { get; init; }

    /// <summary>Only count what would be recomputed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether this call also drains; otherwise the running hosts do. Default: true.</summary>
    public bool Drain { get; init; } = true;

    /// <summary>Share of the time that this call spends draining, greater than 0, at most 1. Default: 1, unthrottled.</summary>
    public double Duty { get; init; } = 1;
}

/// <summary>The result of a backfill, or of a dry run.</summary>
/// <param name="Hours">Hours marked.</param>
/// <param name="Rows">Usage rows that this call read; in a dry run, the rows in the range.</param>
/// <param name="Written">Buckets that this call inserted or updated.</param>
/// <param name="Deleted">Buckets that this call deleted.</param>
/// <param name="Failed">Hours that were set aside with an error.</param>
/// <param name="DryRun">Whether nothing was marked.</param>
/// <param name="Elapsed">Time from the first mark to the last commit.</param>
public sealed record BackfillResult(
    long Hours, long Rows, long Written, long Deleted, long Failed, bool DryRun, Duration Elapsed);

/// <summary>The progress of a backfill.</summary>
/// <param name="HoursDone">Hours that are no longer pending, whichever replica drained them.</param>
/// <param name="HoursTotal">Hours marked at the start.</param>
/// <param name="Rows">Usage rows that this call has read.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record BackfillProgress(long HoursDone, long HoursTotal, long Rows, Duration Elapsed)
{
    /// <summary>Usage rows that this call reads per second.</summary>
    public double RowsPerSecond => Elapsed > Duration.Zero ? Rows / Elapsed.TotalSeconds : 0;

    /// <summary>Estimated time left; null before the first hour is done.</summary>
    public Duration? Remaining => HoursDone > 0 ? Elapsed / HoursDone * (HoursTotal - HoursDone) : null;
}
