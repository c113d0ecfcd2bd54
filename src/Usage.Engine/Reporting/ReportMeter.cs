using Usage.Engine.Diagnostics;

namespace Usage.Engine.Reporting;

/// <summary>Times reports by their name and source.</summary>
internal sealed class ReportMeter(WorkMeter meter)
{
    /// <param name="report">One of few names.</param>
    /// <param name="read">Reads the report.</param>
    /// <param name="source">What it was read from.</param>
    public Task<T> RunAsync<T>(string report, Func<Task<T>> read, Func<T, ReportSource> source) =>
        meter.RunAsync(
            new("usage.report", report), read,
            result => new("usage.source", source(result) == ReportSource.Raw ? "raw" : "rollup"));

    /// <summary>The name of a report of a window.</summary>
    public static string NameOf(ReportAxis axis) => axis switch
    {
        ReportAxis.None => "summary",
        ReportAxis.Day => "daily",
        ReportAxis.Week => "weekly",
        ReportAxis.Month => "monthly",
        ReportAxis.LocalHour => "hourly",
        ReportAxis.Hour => "by_hour",
        ReportAxis.WeekHour => "heatmap",
        ReportAxis.Runtime => "by_runtime",
        ReportAxis.Agent => "by_agent",
        ReportAxis.Project => "by_project",
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "is no axis"),
    };
}
