using NodaTime;
using NodaTime.Text;
using Usage.Engine.Reporting;

namespace Usage.Benchmarks.Reads;

/// <summary>A report about a subject, over a number of days up to the last day of the history.</summary>
internal sealed record ReportQuestion(ReportKind Kind, Subject Subject, int Days)
{
    /// <summary>A zone whose clock changes on 29 March, within the longer window.</summary>
    private const string ZoneId = "Europe/Berlin";

    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb[ZoneId];
    private static readonly LocalDate LastDay = new(2026, 5, 31);
    private static readonly int[] WindowDays = [30, 90];

    public ReportWindow Window { get; } = ReportWindow.Between(LastDay.PlusDays(1 - Days), LastDay, Zone);

    public Uri Uri => new(
        $"api/{Kind.Route(Subject)}?from={LocalDatePattern.Iso.Format(Window.From)}&to={LocalDatePattern.Iso.Format(Window.To)}&tz={ZoneId}",
        UriKind.Relative);

    /// <summary>Every report, for 30 and for 90 days or as many as it takes.</summary>
    public static IReadOnlyList<ReportQuestion> About(IEnumerable<Subject> subjects) =>
    [
        .. from subject in subjects
           from kind in ReportKind.All
           from days in WindowDays.Select(days => Math.Min(days, kind.MostDays)).Distinct()
           select new ReportQuestion(kind, subject, days)
    ];

    public Task ReadAsync(IUsageReports reports, ReportMode mode, CancellationToken cancellationToken) =>
        Kind.ReadAsync(reports, Subject, Window, new(mode), cancellationToken);
}
