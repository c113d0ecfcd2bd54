using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Divides a window into the columns of a trend.</summary>
internal static class TrendColumns
{
    private const int MostDaysByHour = 2;
    private const int MostDaysByDay = 92;
    private const int MostDaysByWeek = 400;
    private const int HoursPerDay = 24;

    /// <summary>The grain that is asked for, when the window has room for it; else the one that fits.</summary>
    public static Grain Fitting(ReportWindow window, Grain? asked)
    {
        var possible = Possible(window);
        return asked is { } grain && possible.Contains(grain) ? grain : Default(DayCount(window));
    }

    /// <summary>The grains that make sense for a window, the finest first.</summary>
    public static IReadOnlyList<Grain> Possible(ReportWindow window) => DayCount(window) switch
    {
        1 => [Grain.Hour],
        <= MostDaysByHour => [Grain.Hour, Grain.Day],
        <= 13 => [Grain.Day],
        <= 61 => [Grain.Day, Grain.Week],
        _ => [Grain.Day, Grain.Week, Grain.Month],
    };

    /// <summary>The columns, with the dates that each holds.</summary>
    public static IReadOnlyList<TrendColumn> Of(ReportWindow window, Grain grain, ZonedDateTime now)
    {
        var dates = Enumerable.Range(0, DayCount(window)).Select(window.From.PlusDays);
        return grain == Grain.Hour
            ? [
                .. from date in dates
                   from hour in Enumerable.Range(0, HoursPerDay)
                   select new TrendColumn(date, date, hour, date == now.Date && hour == now.Hour)
            ]
            : [
                .. dates.GroupBy(date => Start(date, grain))
                    .Select(days => new TrendColumn(days.First(), days.Last(), null, now.Date >= days.First() && now.Date <= End(days.Key, grain)))
            ];
    }

    /// <summary>The first date of the hour, day, week or month that a date is in.</summary>
    public static LocalDate Start(LocalDate date, Grain grain) => grain switch
    {
        Grain.Week => date.DayOfWeek == IsoDayOfWeek.Monday ? date : date.Previous(IsoDayOfWeek.Monday),
        Grain.Month => date.With(DateAdjusters.StartOfMonth),
        _ => date,
    };

    public static int DayCount(ReportWindow window) => Period.DaysBetween(window.From, window.To) + 1;

    private static LocalDate End(LocalDate start, Grain grain) => grain switch
    {
        Grain.Week => start.PlusDays(6),
        Grain.Month => start.With(DateAdjusters.EndOfMonth),
        _ => start,
    };

    private static Grain Default(int days) => days switch
    {
        <= MostDaysByHour => Grain.Hour,
        <= MostDaysByDay => Grain.Day,
        <= MostDaysByWeek => Grain.Week,
        _ => Grain.Month,
    };
}
