using NodaTime;

namespace Usage.Tests.Properties.Reporting;

/// <summary>Computes a row's local day from the wall clock only.</summary>
internal static class NaiveDay
{
    /// <summary>
    /// The date on the clock, except that a day that has begun does not end because the clock is set back across midnight.
    /// </summary>
    public static LocalDate Of(Instant instant, DateTimeZone zone) =>
        zone.GetZoneIntervals(instant - Duration.FromDays(2), instant)
            .Where(interval => interval.HasEnd && interval.End <= instant)
            .Select(interval => (interval.End - Duration.Epsilon).InZone(zone).Date)
            .Append(instant.InZone(zone).Date)
            .Max();
}
