using NodaTime;
using NodaTime.Text;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Text;

/// <summary>Formats dates and times.</summary>
internal static class Dates
{
    private static readonly LocalDatePattern DayMonth = LocalDatePattern.CreateWithInvariantCulture("MMM d");
    private static readonly LocalDatePattern Full = LocalDatePattern.CreateWithInvariantCulture("MMM d, yyyy");
    private static readonly LocalDatePattern MonthYear = LocalDatePattern.CreateWithInvariantCulture("MMM yyyy");
    private static readonly LocalDatePattern WeekdayDay = LocalDatePattern.CreateWithInvariantCulture("ddd, MMM d, yyyy");
    private static readonly ZonedDateTimePattern Moment =
        ZonedDateTimePattern.CreateWithInvariantCulture("MMM d, yyyy HH:mm", DateTimeZoneProviders.Tzdb);

    public static string Short(LocalDate date) => DayMonth.Format(date);

    public static string Long(LocalDate date) => Full.Format(date);

    public static string Month(LocalDate date) => MonthYear.Format(date);

    public static string WithWeekday(LocalDate date) => WeekdayDay.Format(date);

    public static string Iso(LocalDate date) => LocalDatePattern.Iso.Format(date);

    public static string At(Instant instant, DateTimeZone zone) => Moment.Format(instant.InZone(zone));

    /// <summary>A date range, with the year only once.</summary>
    public static string Range(LocalDate from, LocalDate to) =>
        from == to ? Long(from)
        : from.Year != to.Year ? $"{Long(from)} – {Long(to)}"
        : $"{Short(from)} – {Long(to)}";

    public static string Range(ReportWindow window) => Range(window.From, window.To);

    /// <summary>How long ago: clocks that differ a little make nothing lie ahead.</summary>
    public static string Ago(Duration age) => age < Duration.FromSeconds(1) ? "just now" : $"{Age(age)} ago";

    /// <summary>A duration in its largest unit: 0.3 s, 12 s, 4 min, 3 h, 2 d.</summary>
    public static string Age(Duration age) => age.TotalSeconds switch
    {
        < 10 => FormattableString.Invariant($"{age.TotalSeconds:0.#} s"),
        < 120 => FormattableString.Invariant($"{age.TotalSeconds:0} s"),
        < 7_200 => FormattableString.Invariant($"{age.TotalMinutes:0} min"),
        < 172_800 => FormattableString.Invariant($"{age.TotalHours:0} h"),
        _ => FormattableString.Invariant($"{age.TotalDays:0} d"),
    };
}
