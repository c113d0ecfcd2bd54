using NodaTime;

namespace Usage.Engine.Maintenance;

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
