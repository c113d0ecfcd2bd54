using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// A zone's clock over a stretch of time, as PostgreSQL gets it: the offset of each interval between two changes. Its own zone data
/// has no part in a report.
/// </summary>
/// <param name="Changes">Where one interval ends and the next begins, oldest first: one fewer than the offsets.</param>
/// <param name="Seconds">The offset from UTC in each interval.</param>
internal sealed record ZoneOffsets(IReadOnlyList<Instant> Changes, IReadOnlyList<int> Seconds)
{
    private const int SecondsPerHour = 3_600;

    /// <summary>Whether each hour of the clock is an hour of UTC but where the offset changes.</summary>
    public bool AreWholeHours => Seconds.All(seconds => seconds % SecondsPerHour == 0);

    /// <summary>The offsets in [start, end), which is not empty.</summary>
    public static ZoneOffsets Of(DateTimeZone zone, Instant start, Instant end)
    {
        var intervals = zone.GetZoneIntervals(start, end).ToList();
        return new([.. intervals.Skip(1).Select(one => one.Start)], [.. intervals.Select(one => one.WallOffset.Seconds)]);
    }
}
