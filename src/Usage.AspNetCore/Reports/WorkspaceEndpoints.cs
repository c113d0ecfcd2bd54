using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Usage.AspNetCore.Exports;
using Usage.AspNetCore.Parameters;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Reports;

/// <summary>The routes of the reports on workspaces.</summary>
internal static class WorkspaceEndpoints
{
    public static void MapWorkspaceReports(this RouteGroupBuilder workspace)
    {
        workspace.MapGet("daily", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceDailyAsync)).WithSummary("A workspace by day, newest first");
        workspace.MapGet("weekly", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceWeeklyAsync)).WithSummary("A workspace by ISO week of local days, newest first");
        workspace.MapGet("monthly", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceMonthlyAsync)).WithSummary("A workspace by month of local days, newest first");
        workspace.MapGet("by-local-hour", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceByLocalHourAsync, WindowLimits.Hourly)).WithSummary("A workspace by each hour of the local clock, newest first; 1 to 14 days, default 1");
        workspace.MapGet("summary", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceSummaryAsync)).WithSummary("A workspace by provider and model, most tokens first");
        workspace.MapGet("by-agent", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceByAgentAsync)).WithSummary("A workspace by agent");
        workspace.MapGet("by-project", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceByProjectAsync)).WithSummary("A workspace by project; null for usage without a project");
        workspace.MapGet("by-runtime", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceByRuntimeAsync)).WithSummary("A workspace by runtime; null for usage without a runtime");
        workspace.MapGet("agents", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceAgentsAsync)).WithSummary("A workspace by agent, one row each; null for agents that you may not see");
        workspace.MapGet("projects", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceProjectsAsync)).WithSummary("A workspace by project, one row each; null for usage without a project");
        workspace.MapGet("by-hour", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceByHourAsync)).WithSummary("A workspace by hour of the local day");
        workspace.MapGet("heatmap", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceHeatmapAsync)).WithSummary("A workspace by ISO weekday and hour");
        workspace.MapGet("tasks/daily", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceDailyTasksAsync))
            .WithSummary("A workspace's tasks, each once: by the day of its first usage in the window, its runtime, agent and project");
        workspace.MapGet("tasks/by-local-hour", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceTasksByLocalHourAsync, WindowLimits.Hourly))
            .WithSummary("The same by each hour of the local clock; 1 to 14 days, default 1");
        workspace.MapGet("total", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, reports.WorkspaceTotalAsync)).WithSummary("A workspace in one row");
        workspace.MapGet("unpriced", ([AsParameters] WorkspaceRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WorkspaceAsync(asked, (id, window, filter, options, cancel) =>
                ReportEndpoints.Unpriced(reports.WorkspaceSummaryAsync(id, window, filter, options, cancel))))
            .WithSummary("A workspace's models whose tokens have no price");
        workspace.MapGet("export", ([AsParameters] ExportQuery asked, ExportHandler handler) => handler.WorkspaceAsync(asked))
            .WithSummary("A workspace's usage as a file, by day or hour and all keys").WithTags("Exports");
    }

    public static void MapOutcomes(this RouteGroupBuilder workspace)
    {
        workspace.MapGet("daily", ([AsParameters] TasksRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.OutcomesAsync(asked, reports, outcomes => outcomes.Daily)).WithSummary("How a workspace's tasks ended, by day, newest first");
        workspace.MapGet("by-agent", ([AsParameters] TasksRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.OutcomesAsync(asked, reports, outcomes => outcomes.Agents)).WithSummary("How a workspace's tasks ended, by agent; null for agents that you may not see");
        workspace.MapGet("by-runtime", ([AsParameters] TasksRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.OutcomesAsync(asked, reports, outcomes => outcomes.Runtimes)).WithSummary("How a workspace's tasks ended, by runtime; null for tasks without a runtime");
    }
}
