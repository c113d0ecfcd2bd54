using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A stretch of a window that a report has rows for; it ends where the next one starts.</summary>
/// <param name="Start">Its first instant in the window.</param>
/// <param name="Date">The day, or the first day of the week or month, which may lie before the window.</param>
/// <param name="Hour">The hour of the clock, where hours are reported in sequence.</param>
internal readonly record struct WindowSlot(Instant Start, LocalDate Date, int Hour);

/// <summary>Divides windows into slots that follow each other. Pure.</summary>
internal static class WindowSlots
{
    private const int SecondsPerHour = 3_600;

    /// <summary>The slots of an axis, oldest first, which partition the window; none for an axis that has no sequence.</summary>
    public static IReadOnlyList<WindowSlot> Of(ReportWindow window, ReportAxis axis) => axis switch
    {
        ReportAxis.Day => Days(window, date => date),
        ReportAxis.Week => Days(window, date => date.PlusDays((int)IsoDayOfWeek.Monday - (int)date.DayOfWeek)),
        ReportAxis.Month => Days(window, date => new(date.Year, date.Month, 1)),
        ReportAxis.LocalHour => [.. Hours(window)],
        _ => [],
    };

    private static WindowSlot[] Days(ReportWindow window, Func<LocalDate, LocalDate> labelOf) =>
    [
        .. window.Days.GroupBy(day => labelOf(day.Date)).Select(days => new WindowSlot(days.First().Start, days.Key, Hour: 0))
    ];

    /// <summary>A clock that is set back shows an hour twice, which is two slots; one set back by half an hour shows a half twice.</summary>
    private static IEnumerable<WindowSlot> Hours(ReportWindow window)
    {
        if (window.Start == window.End)
        {
            yield break;
        }

        Offset? previous = null;
        foreach (var interval in window.Zone.GetZoneIntervals(window.Start, window.End))
        {
            var from = interval.HasStart ? Instant.Max(interval.Start, window.Start) : window.Start;
            var to = interval.HasEnd ? Instant.Min(interval.End, window.End) : window.End;
            var beginsHour = Clock(from) % SecondsPerHour == 0;
            if (beginsHour || previous != interval.WallOffset)
            {
                yield return Slot(from);
            }

            for (var next = FirstHour(from); next < to; next += Duration.FromHours(1))
            {
                yield return Slot(next);
            }

            previous = interval.WallOffset;

            long Clock(Instant at) => at.ToUnixTimeSeconds() + interval.WallOffset.Seconds;

            Instant FirstHour(Instant after) => Instant.FromUnixTimeSeconds(
                ((Math.DivRem(Clock(after), SecondsPerHour).Quotient + 1) * SecondsPerHour) - interval.WallOffset.Seconds);

            WindowSlot Slot(Instant start)
            {
                var clock = start.WithOffset(interval.WallOffset);
                return new(start, clock.Date, clock.Hour);
            }
        }
    }
}
