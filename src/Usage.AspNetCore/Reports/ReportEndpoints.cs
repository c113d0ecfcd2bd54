using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Exports;
using Usage.AspNetCore.Parameters;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Reports;

/// <summary>The routes of the reports.</summary>
internal static class ReportEndpoints
{
    public static void MapReports(this RouteGroupBuilder api, ConcurrentReads limit)
    {
        var reading = api.MapGroup("").RequireRateLimiting(RateLimit.Reading).WithTags("Reports")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        reading.MapGet("usage/time-zones", Ok<IReadOnlyList<string>> () => TypedResults.Ok(TimeZones.Names))
            .WithSummary("The IANA time zones that reports accept");
        var reports = reading.MapGroup("").AddEndpointFilter(limit)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        reports.MapGroup("workspaces/{id}/usage").MapWorkspaceReports();
        reports.MapGroup("workspaces/{id}/outcomes").MapOutcomes();
        MapRuntime(reports.MapGroup("runtimes/{id}"));
        MapIssue(reports.MapGroup("issues/{id}/usage"));
        MapTask(reports.MapGroup("tasks/{id}/usage"));
    }

    private static void MapRuntime(RouteGroupBuilder runtime)
    {
        runtime.MapGet("usage/daily", ([AsParameters] WindowRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.RuntimeAsync(asked, reports.RuntimeDailyAsync)).WithSummary("A runtime by day, newest first");
        runtime.MapGet("usage/by-agent", ([AsParameters] WindowRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.RuntimeAsync(asked, reports.RuntimeByAgentAsync)).WithSummary("A runtime by agent");
        runtime.MapGet("usage/by-hour", ([AsParameters] WindowRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.RuntimeAsync(asked, reports.RuntimeByHourAsync)).WithSummary("A runtime by hour of the local day");
        runtime.MapGet("usage/unpriced", ([AsParameters] WindowRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.RuntimeAsync(asked, (workspace, id, window, options, cancel) =>
                Unpriced(reports.RuntimeDailyAsync(workspace, id, window, options, cancel))))
            .WithSummary("A runtime's models whose tokens have no price");
        runtime.MapGet("activity", ([AsParameters] ZonedRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.ZonedAsync(Entity.Runtime, asked, reports.RuntimeActivityAsync)).WithSummary("Task starts on a runtime by hour of the local day");
    }

    private static void MapIssue(RouteGroupBuilder issue)
    {
        issue.MapGet("", ([AsParameters] EntityRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WholeAsync(Entity.Issue, asked, reports.IssueTotalAsync)).WithSummary("An issue in one row");
        issue.MapGet("tasks", ([AsParameters] EntityRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WholeAsync(Entity.Issue, asked, reports.IssueTasksAsync)).WithSummary("An issue by task");
        issue.MapGet("unpriced", ([AsParameters] EntityRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WholeAsync(Entity.Issue, asked, (workspace, id, cancel) => Unpriced(reports.IssueTotalAsync(workspace, id, cancel))))
            .WithSummary("An issue's models whose tokens have no price");
    }

    private static void MapTask(RouteGroupBuilder task)
    {
        task.MapGet("", ([AsParameters] EntityRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WholeAsync(Entity.Task, asked, reports.TaskAsync)).WithSummary("A task by provider and model");
        task.MapGet("unpriced", ([AsParameters] EntityRequest asked, ReportHandler handler, IUsageReports reports) =>
            handler.WholeAsync(Entity.Task, asked, (workspace, id, cancel) => Unpriced(reports.TaskAsync(workspace, id, cancel))))
            .WithSummary("A task's models whose tokens have no price");
    }

    internal static async Task<UsageReport<UnpricedModel>> Unpriced<TRow>(Task<UsageReport<TRow>> reading)
    {
        var report = await reading.ConfigureAwait(false);
        return new(report.Unpriced, report.Source, report.Zone, report.Unpriced) { Window = report.Window, FrozenBefore = report.FrozenBefore };
    }
}
