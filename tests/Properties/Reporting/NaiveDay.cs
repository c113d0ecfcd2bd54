using NodaTime;

namespace Usage.Tests.Properties.Reporting;

/// <summary>A row's local day, worked out from the clock on the wall and nothing else.</summary>
internal static class NaiveDay
{
    /// <summary>
    /// The date on the clock; but a day that has begun does not end because the clock is set back over midnight.
    /// </summary>
    public static LocalDate Of(Instant instant, DateTimeZone zone) =>
        zone.GetZoneIntervals(instant - Duration.FromDays(2), instant)
            .Where(interval => interval.HasEnd && interval.End <= instant)
            .Select(interval => (interval.End - Duration.Epsilon).InZone(zone).Date)
            .Append(instant.InZone(zone).Date)
            .Max();
}
