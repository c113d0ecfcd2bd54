using Usage.Engine.Reporting;

namespace Usage.Benchmarks.Reads;

/// <summary>A report that the rollup serves, with its route and its in-process call.</summary>
internal sealed record ReportKind(
    string Name, Func<Subject, string> Route,
    Func<IUsageReports, Subject, ReportWindow, ReportOptions, CancellationToken, Task> ReadAsync)
{
    public static IReadOnlyList<ReportKind> All { get; } =
    [
        Workspace("daily", (reports, id, window, options, stop) => reports.WorkspaceDailyAsync(id, window, null, options, stop)),
        Workspace("weekly", (reports, id, window, options, stop) => reports.WorkspaceWeeklyAsync(id, window, null, options, stop)),
        Workspace("monthly", (reports, id, window, options, stop) => reports.WorkspaceMonthlyAsync(id, window, null, options, stop)),
        Workspace("by-local-hour", (reports, id, window, options, stop) => reports.WorkspaceByLocalHourAsync(id, window, null, options, stop))
            with { MostDays = ReportWindow.MaxHourlyDays },
        Workspace("summary", (reports, id, window, options, stop) => reports.WorkspaceSummaryAsync(id, window, null, options, stop)),
        Workspace("by-agent", (reports, id, window, options, stop) => reports.WorkspaceByAgentAsync(id, window, null, options, stop)),
        Workspace("by-project", (reports, id, window, options, stop) => reports.WorkspaceByProjectAsync(id, window, null, options, stop)),
        Workspace("by-runtime", (reports, id, window, options, stop) => reports.WorkspaceByRuntimeAsync(id, window, null, options, stop)),
        Workspace("agents", (reports, id, window, options, stop) => reports.WorkspaceAgentsAsync(id, window, null, options, stop)),
        Workspace("projects", (reports, id, window, options, stop) => reports.WorkspaceProjectsAsync(id, window, null, options, stop)),
        Workspace("by-hour", (reports, id, window, options, stop) => reports.WorkspaceByHourAsync(id, window, null, options, stop)),
        Workspace("heatmap", (reports, id, window, options, stop) => reports.WorkspaceHeatmapAsync(id, window, null, options, stop)),
        Workspace("total", (reports, id, window, options, stop) => reports.WorkspaceTotalAsync(id, window, null, options, stop)),
        Workspace("tasks/daily", (reports, id, window, options, stop) => reports.WorkspaceDailyTasksAsync(id, window, null, options, stop)),
        Workspace("tasks/by-local-hour", (reports, id, window, options, stop) => reports.WorkspaceTasksByLocalHourAsync(id, window, null, options, stop))
            with { MostDays = ReportWindow.MaxHourlyDays },
        Runtime("daily", (reports, on, window, options, stop) =>
            reports.RuntimeDailyAsync(on.WorkspaceId, on.RuntimeId, window, options, stop)),
        Runtime("by-agent", (reports, on, window, options, stop) =>
            reports.RuntimeByAgentAsync(on.WorkspaceId, on.RuntimeId, window, options, stop)),
        Runtime("by-hour", (reports, on, window, options, stop) =>
            reports.RuntimeByHourAsync(on.WorkspaceId, on.RuntimeId, window, options, stop)),
    ];

    /// <summary>Whether it is a runtime report instead of a workspace report.</summary>
    public bool OfRuntime { get; private init; }

    /// <summary>Days of its window, at most.</summary>
    public int MostDays { get; private init; } = ReportWindow.MaxDays;

    private static ReportKind Workspace(
        string name, Func<IUsageReports, Guid, ReportWindow, ReportOptions, CancellationToken, Task> read) => new(
        $"workspace {name}", subject => $"workspaces/{subject.WorkspaceId}/usage/{name}",
        (reports, subject, window, options, stop) => read(reports, subject.WorkspaceId, window, options, stop));

    private static ReportKind Runtime(
        string name, Func<IUsageReports, Subject, ReportWindow, ReportOptions, CancellationToken, Task> read) =>
        new($"runtime {name}", subject => $"runtimes/{subject.RuntimeId}/usage/{name}", read) { OfRuntime = true };
}
