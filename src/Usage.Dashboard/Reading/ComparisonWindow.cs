using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>The window that another is compared with: as long, and beginning on the same weekday.</summary>
internal static class ComparisonWindow
{
    private const int DaysPerWeek = 7;
    private const int DaysPerYear = 364;

    /// <summary>Null for no comparison, and where the calendar has no room for it.</summary>
    public static ReportWindow? Of(ReportWindow window, Comparison comparison)
    {
        if (comparison == Comparison.None)
        {
            return null;
        }

        var back = Days(window, comparison);
        return window.From.PlusDays(-back).Year < 1990
            ? null
            : ReportWindow.Between(window.From.PlusDays(-back), window.To.PlusDays(-back), window.Zone);
    }

    /// <summary>How far back it lies: whole weeks, at least as many days as the window has.</summary>
    public static int Days(ReportWindow window, Comparison comparison)
    {
        var days = comparison == Comparison.Year ? DaysPerYear : 0;
        var length = TrendColumns.DayCount(window);
        return Math.Max(days, (length + DaysPerWeek - 1) / DaysPerWeek * DaysPerWeek);
    }
}
