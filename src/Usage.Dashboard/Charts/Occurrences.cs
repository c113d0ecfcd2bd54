using NodaTime;

namespace Usage.Dashboard.Charts;

/// <summary>Counts how often each hour of the week occurred on the local clock in a time range.</summary>
internal static class Occurrences
{
    public const int Weekdays = 7;
    public const int Hours = 24;

    /// <summary>By ISO weekday minus 1, and hour. In elapsed hours, so that means are correct across clock changes.</summary>
    public static decimal[,] Of(Instant start, Instant end, DateTimeZone zone)
    {
        var hours = new decimal[Weekdays, Hours];
        for (var at = start; at < end;)
        {
            var local = at.InZone(zone);
            var intoHour = Duration.FromTicks((local.LocalDateTime.TickOfDay) % NodaConstants.TicksPerHour);
            var until = Instant.Min(at + Duration.FromHours(1) - intoHour, end);
            // A clock change within the hour starts another hour.
            if (zone.GetZoneInterval(at) is { HasEnd: true } interval)
            {
                until = Instant.Min(until, interval.End);
            }

            hours[(int)local.DayOfWeek - 1, local.Hour] += (decimal)(until - at).ToTimeSpan().Ticks / NodaConstants.TicksPerHour;
            at = until;
        }

        return hours;
    }
}
