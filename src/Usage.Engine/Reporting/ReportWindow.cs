using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>
/// Consecutive local days of a zone. A day is the interval from its first instant to the next day's first instant, so the days
/// partition the window whatever the zone's clock changes. Usage outside the years 2000 to 2100 (UTC) is in no window.
/// </summary>
public sealed class ReportWindow
{
    /// <summary>Default number of days.</summary>
    public const int DefaultDays = 30;

    /// <summary>Maximum number of days of a window that ends today.</summary>
    public const int MaxDays = 365;

    /// <summary>Maximum number of days between two dates, both inclusive.</summary>
    public const int MaxSpanDays = 731;

    private const int DaysPerWeek = 7;

    /// <summary>Days of a report by each hour, at most; a 29 February is not counted, so that a window's year before is no longer than it.</summary>
    public const int MaxHourlyDays = 14;

    // Outside these dates no zone has usage in the rollup's range. Clamping keeps the arithmetic inside the calendar.
    private static readonly LocalDate FirstDate = new(1999, 12, 29);
    private static readonly LocalDate LastDate = new(2101, 1, 3);

    private ReportWindow(LocalDate from, LocalDate to, DateTimeZone zone)
    {
        From = from;
        To = to;
        Zone = zone;
        Days = [.. DaysOf(from, to, zone)];
    }

    /// <summary>The first local date.</summary>
    public LocalDate From { get; }

    /// <summary>The last local date, inclusive.</summary>
    public LocalDate To { get; }

    /// <summary>The viewer's zone.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The first day's first instant; equal to <see cref="End"/> if the window can't contain usage.</summary>
    public Instant Start => Days is [var first, ..] ? first.Start : HourBucket.RangeStart;

    /// <summary>The first instant after the last day.</summary>
    public Instant End => Days is [.., var last] ? last.End : Start;

    /// <summary>The days, oldest first, without those that the zone skipped.</summary>
    internal IReadOnlyList<LocalDay> Days { get; }

    /// <summary>The last calendar days of the zone, including today.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 365 days.</exception>
    public static ReportWindow LastDays(int days, Instant now, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (days is < 1 or > MaxDays)
        {
            throw new ArgumentOutOfRangeException(nameof(days), days, $"A window that ends today has 1 to {MaxDays} days.");
        }

        var today = LocalDay.DateAt(now, zone);
        return new(today.PlusDays(1 - days), today, zone);
    }

    /// <summary>The days between two local dates, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The last date is before the first, or the window has more than 731 days.
    /// </exception>
    public static ReportWindow Between(LocalDate from, LocalDate to, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (to < from)
        {
            throw new ArgumentOutOfRangeException(nameof(to), to, $"A window that begins on {from:R} can't end before that date.");
        }

        if (Period.DaysBetween(from, to) >= MaxSpanDays)
        {
            throw new ArgumentOutOfRangeException(nameof(to), to, $"A window from {from:R} has at most {MaxSpanDays} days.");
        }

        return new(from, to, zone);
    }

    /// <summary>Whether a report by each hour takes it.</summary>
    internal bool IsShort =>
        Period.DaysBetween(From, To) is var last && (last < MaxHourlyDays || last == MaxHourlyDays && HasLeapDay(From, To));

    private static bool HasLeapDay(LocalDate from, LocalDate to) =>
        new[] { from.Year, to.Year }.Any(year => CalendarSystem.Iso.IsLeapYear(year) && new LocalDate(year, 2, 29) is var day && day >= from && day <= to);

    /// <summary>The window to compare this one with, in the same zone; itself without a comparison.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The comparison is none of the known.</exception>
    /// <exception cref="OverflowException">The window lies at the very beginning of the calendar.</exception>
    public ReportWindow ComparedBy(WindowComparison comparison) => comparison switch
    {
        WindowComparison.None => this,
        WindowComparison.Previous when (Period.DaysBetween(From, To) / DaysPerWeek + 1) * DaysPerWeek is var back =>
            new(From.PlusDays(-back), To.PlusDays(-back), Zone),
        WindowComparison.PreviousYear => new(From.PlusYears(-1), To.PlusYears(-1), Zone),
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "There is no such comparison."),
    };

    private static IEnumerable<LocalDay> DaysOf(LocalDate from, LocalDate to, DateTimeZone zone)
    {
        for (var date = LocalDate.Max(from, FirstDate); date <= LocalDate.Min(to, LastDate); date = date.PlusDays(1))
        {
            LocalDay day = new(
                date,
                Instant.Max(LocalDay.FirstInstant(date, zone), HourBucket.RangeStart),
                Instant.Min(LocalDay.FirstInstant(date.PlusDays(1), zone), HourBucket.RangeEnd));
            if (day.Start < day.End)
            {
                yield return day;
            }
        }
    }
}
