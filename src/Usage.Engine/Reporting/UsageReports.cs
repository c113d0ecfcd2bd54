using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>Reads cells and shapes them into reports.</summary>
internal sealed partial class UsageReports(ReportReader reader) : IUsageReports
{
    public async Task<UsageReport<DailyUsage>> WorkspaceDailyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Daily(await WorkspaceAsync(workspaceId, ReportAxis.Day, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<ModelUsage>> WorkspaceSummaryAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Summary(await WorkspaceAsync(workspaceId, ReportAxis.None, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<AgentUsage>> WorkspaceByAgentAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Agents(await WorkspaceAsync(workspaceId, ReportAxis.Agent, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<ProjectUsage>> WorkspaceByProjectAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Projects(await WorkspaceAsync(workspaceId, ReportAxis.Project, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<HourUsage>> WorkspaceByHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Hours(await WorkspaceAsync(workspaceId, ReportAxis.Hour, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<HeatmapUsage>> WorkspaceHeatmapAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Heatmap(await WorkspaceAsync(workspaceId, ReportAxis.WeekHour, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<WeeklyUsage>> WorkspaceWeeklyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Weeks(await WorkspaceAsync(workspaceId, ReportAxis.Week, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<MonthlyUsage>> WorkspaceMonthlyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Months(await WorkspaceAsync(workspaceId, ReportAxis.Month, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<LocalHourUsage>> WorkspaceByLocalHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RefuseLong(window);
        return ReportShapes.LocalHours(
            await WorkspaceAsync(workspaceId, ReportAxis.LocalHour, window, filter, options, cancellationToken).ConfigureAwait(false));
    }

    public async Task<UsageReport<RuntimeUsage>> WorkspaceByRuntimeAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Runtimes(await WorkspaceAsync(workspaceId, ReportAxis.Runtime, window, filter, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<AgentTotal>> WorkspaceAgentsAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.AgentTotals(await reader.ReadWindowAsync(
            workspaceId, filter, ReportAxis.Agent, window, options, countTasks: true, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<ProjectTotal>> WorkspaceProjectsAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.ProjectTotals(await reader.ReadWindowAsync(
            workspaceId, filter, ReportAxis.Project, window, options, countTasks: true, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<TotalUsage>> WorkspaceTotalAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Total(await reader.ReadWindowAsync(
            workspaceId, filter, ReportAxis.None, window, options, countTasks: true, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<DailyUsage>> RuntimeDailyAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Daily(await RuntimeAsync(workspaceId, runtimeId, ReportAxis.Day, window, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<AgentUsage>> RuntimeByAgentAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Agents(await RuntimeAsync(workspaceId, runtimeId, ReportAxis.Agent, window, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<HourUsage>> RuntimeByHourAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Hours(await RuntimeAsync(workspaceId, runtimeId, ReportAxis.Hour, window, options, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<HourActivity>> RuntimeActivityAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken = default)
    {
        var (hours, server) = await reader.ReadStartsAsync(workspaceId, runtimeId, zone, cancellationToken).ConfigureAwait(false);
        return new(hours, ReportSource.Raw, zone, []) { Server = server };
    }

    public async Task<UsageReport<TotalUsage>> IssueTotalAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default) =>
        ReportShapes.Total(await reader.ReadTasksAsync(workspaceId, issueId, taskId: null, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<TaskUsage>> IssueTasksAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default) =>
        ReportShapes.Tasks(await reader.ReadTasksAsync(workspaceId, issueId, taskId: null, cancellationToken).ConfigureAwait(false));

    public async Task<UsageReport<ModelUsage>> TaskAsync(
        Guid workspaceId, Guid taskId, CancellationToken cancellationToken = default) =>
        ReportShapes.TaskModels(await reader.ReadTasksAsync(workspaceId, issueId: null, taskId, cancellationToken).ConfigureAwait(false));

    private Task<ReportCells> WorkspaceAsync(
        Guid workspaceId, ReportAxis axis, ReportWindow window, ReportFilter? filter, ReportOptions? options,
        CancellationToken cancellationToken) =>
        reader.ReadWindowAsync(
            workspaceId, filter, axis, window, options, countTasks: false, cancellationToken);

    private Task<ReportCells> RuntimeAsync(
        Guid workspaceId, Guid runtimeId, ReportAxis axis, ReportWindow window, ReportOptions? options,
        CancellationToken cancellationToken) =>
        reader.ReadWindowAsync(
            workspaceId, new() { RuntimeId = runtimeId }, axis, window, options, countTasks: false, cancellationToken);
}
