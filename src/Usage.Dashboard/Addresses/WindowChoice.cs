using NodaTime;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Addresses;

/// <summary>A window as written in an address: relative to the current day, or between two dates.</summary>
internal abstract record WindowChoice
{
    private WindowChoice()
    {
    }

    /// <summary>The last 30 days.</summary>
    public static WindowChoice Default { get; } = new LastDays(ReportWindow.DefaultDays);

    /// <summary>Resolves to concrete local days.</summary>
    public abstract ReportWindow Resolve(Instant now, DateTimeZone zone);

    private static LocalDate Today(Instant now, DateTimeZone zone) => ReportWindow.LastDays(1, now, zone).To;

    /// <summary>The last 1 to 365 days, including today.</summary>
    public sealed record LastDays(int Days) : WindowChoice
    {
        public override ReportWindow Resolve(Instant now, DateTimeZone zone) => ReportWindow.LastDays(Days, now, zone);
    }

    /// <summary>From the first of this month to today.</summary>
    public sealed record MonthToDate : WindowChoice
    {
        public override ReportWindow Resolve(Instant now, DateTimeZone zone)
        {
            var today = Today(now, zone);
            return ReportWindow.Between(today.With(DateAdjusters.StartOfMonth), today, zone);
        }
    }

    /// <summary>The previous month.</summary>
    public sealed record LastMonth : WindowChoice
    {
        public override ReportWindow Resolve(Instant now, DateTimeZone zone)
        {
            var end = Today(now, zone).With(DateAdjusters.StartOfMonth).PlusDays(-1);
            return ReportWindow.Between(end.With(DateAdjusters.StartOfMonth), end, zone);
        }
    }

    /// <summary>Two dates, both inclusive, at most 731 days.</summary>
    public sealed record Between(LocalDate From, LocalDate To) : WindowChoice
    {
        public override ReportWindow Resolve(Instant now, DateTimeZone zone) => ReportWindow.Between(From, To, zone);
    }
}
