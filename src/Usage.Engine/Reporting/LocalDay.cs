using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A local date and its half-open interval: [Start, End).</summary>
internal readonly record struct LocalDay(LocalDate Date, Instant Start, Instant End)
{
    /// <summary>
    /// The first instant at which the zone's calendar has reached a date; if the zone skips the date, the next date's first
    /// instant.
    /// </summary>
    public static Instant FirstInstant(LocalDate date, DateTimeZone zone)
    {
        var midnight = zone.MapLocal(date.AtMidnight());
        return midnight.Count == 0 ? midnight.LateInterval.Start : midnight.First().ToInstant();
    }

    /// <summary>
    /// The date whose day contains an instant. If a clock is set back across midnight, it shows the old date again, but that day
    /// is over.
    /// </summary>
    public static LocalDate DateAt(Instant instant, DateTimeZone zone)
    {
        var shown = instant.InZone(zone).Date;
        return FirstInstant(shown.PlusDays(1), zone) <= instant ? shown.PlusDays(1) : shown;
    }
}
