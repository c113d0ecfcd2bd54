using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A zone's offsets over a period, as passed to PostgreSQL, whose own zone data is not used in reports.</summary>
/// <param name="Changes">The instants at which the offset changes, oldest first: one fewer than the offsets.</param>
/// <param name="Seconds">The offset from UTC in each interval.</param>
internal sealed record ZoneOffsets(IReadOnlyList<Instant> Changes, IReadOnlyList<int> Seconds)
{
    private const int SecondsPerHour = 3_600;

    /// <summary>Whether local hours coincide with UTC hours, except at offset changes.</summary>
    public bool AreWholeHours => Seconds.All(seconds => seconds % SecondsPerHour == 0);

    /// <summary>The offsets in the non-empty interval [start, end).</summary>
    public static ZoneOffsets Of(DateTimeZone zone, Instant start, Instant end)
    {
        var intervals = zone.GetZoneIntervals(start, end).ToList();
        return new([.. intervals.Skip(1).Select(one => one.Start)], [.. intervals.Select(one => one.WallOffset.Seconds)]);
    }
}
