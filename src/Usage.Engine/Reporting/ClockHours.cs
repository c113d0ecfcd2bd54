using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>The slots of a window's hours on an axis of the clock, as RawCells computes them for a usage row.</summary>
/// <param name="Starts">The hours that begin in the window, oldest first.</param>
/// <param name="Slots">The hour of the local clock; by weekday, 24 times the ISO weekday more.</param>
internal readonly record struct ClockHours(Instant[] Starts, int[] Slots)
{
    private const int HoursPerDay = 24;

    /// <param name="parts">A window whose local hours begin with UTC hours, but for those that are cut.</param>
    /// <param name="axis">By hour, or by weekday and hour.</param>
    public static ClockHours Of(WindowParts parts, ReportAxis axis)
    {
        Instant[] starts =
        [
            .. Enumerable.Range(0, parts.HourCount).Select(hour => parts.FirstHour + Duration.FromHours(hour)).Where(hour => hour >= parts.Window.Start)
        ];
        var slots = new int[starts.Length];
        var interval = 0;
        for (var hour = 0; hour < starts.Length; hour++)
        {
            while (interval < parts.Offsets.Changes.Count && parts.Offsets.Changes[interval] <= starts[hour])
            {
                interval++;
            }

            var clock = starts[hour].WithOffset(Offset.FromSeconds(parts.Offsets.Seconds[interval]));
            slots[hour] = clock.Hour + (axis == ReportAxis.WeekHour ? (int)clock.DayOfWeek * HoursPerDay : 0);
        }

        return new(starts, slots);
    }
}
