using NodaTime;

namespace Usage.Dashboard.Charts;

/// <summary>How often the local clock showed each hour of the week in a span of time.</summary>
internal static class Occurrences
{
    public const int Weekdays = 7;
    public const int Hours = 24;

    /// <summary>By ISO weekday less 1, and hour: hours of time, so that a mean over a clock change is right.</summary>
    public static decimal[,] Of(Instant start, Instant end, DateTimeZone zone)
    {
        var hours = new decimal[Weekdays, Hours];
        for (var at = start; at < end;)
        {
            var local = at.InZone(zone);
            var intoHour = Duration.FromTicks((local.LocalDateTime.TickOfDay) % NodaConstants.TicksPerHour);
            var until = Instant.Min(at + Duration.FromHours(1) - intoHour, end);
            // A clock that is set inside the hour shows another hour from then on.
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
