using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Parameters;

/// <summary>How long a report's window may be, in days.</summary>
/// <param name="DefaultDays">Of a window that nobody asked otherwise for.</param>
/// <param name="MaxDays">Of one that ends today.</param>
/// <param name="MaxSpanDays">From one date to another, both included.</param>
internal sealed record WindowLimits(int DefaultDays, int MaxDays, int MaxSpanDays)
{
    public static WindowLimits Usual { get; } = new(ReportWindow.DefaultDays, ReportWindow.MaxDays, ReportWindow.MaxSpanDays);

    /// <summary>Of a report by each hour: today, or two weeks.</summary>
    public static WindowLimits Hourly { get; } = new(1, ReportWindow.MaxHourlyDays, ReportWindow.MaxHourlyDays);
}
