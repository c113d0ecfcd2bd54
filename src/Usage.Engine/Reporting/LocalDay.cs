using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A local date with its time, half-open: [Start, End).</summary>
internal readonly record struct LocalDay(LocalDate Date, Instant Start, Instant End)
{
    /// <summary>The first instant at which the zone's calendar has come to a date; the next date's if it skips that one.</summary>
    public static Instant FirstInstant(LocalDate date, DateTimeZone zone)
    {
        var midnight = zone.MapLocal(date.AtMidnight());
        return midnight.Count == 0 ? midnight.LateInterval.Start : midnight.First().ToInstant();
    }

    /// <summary>
    /// The date whose day holds an instant. A clock that is set back over midnight shows the old date again, but its day is over.
    /// </summary>
    public static LocalDate DateAt(Instant instant, DateTimeZone zone)
    {
        var shown = instant.InZone(zone).Date;
        return FirstInstant(shown.PlusDays(1), zone) <= instant ? shown.PlusDays(1) : shown;
    }
}
