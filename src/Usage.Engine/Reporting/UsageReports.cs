using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// The usage reports. Each holds only usage of the workspace that admitted its reader; whether that reader may read is the caller's
/// to check. So many are read at a time as <see cref="UsageEngineOptions.MaxConcurrentReports"/> says; others wait, and in the end fail with
/// <see cref="ReportsBusyException"/>.
/// </summary>
public sealed class UsageReports
{
    private readonly ReportReader reader;

    internal UsageReports(ReportReader reader) => this.reader = reader;

    /// <summary>A workspace by local day: newest first, then provider and model.</summary>
    public async Task<UsageReport<DailyUsage>> WorkspaceDailyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Daily(await WorkspaceAsync(workspaceId, ReportAxis.Day, window, filter, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A workspace by provider and model: most input and output tokens first.</summary>
    public async Task<UsageReport<ModelUsage>> WorkspaceSummaryAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Summary(await WorkspaceAsync(workspaceId, ReportAxis.None, window, filter, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A workspace by agent, then provider and model.</summary>
    public async Task<UsageReport<AgentUsage>> WorkspaceByAgentAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Agents(await WorkspaceAsync(workspaceId, ReportAxis.Agent, window, filter, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A workspace by project, usage of none last, then provider and model.</summary>
    public async Task<UsageReport<ProjectUsage>> WorkspaceByProjectAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Projects(await WorkspaceAsync(workspaceId, ReportAxis.Project, window, filter, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A workspace by hour of the local clock, then provider and model.</summary>
    public async Task<UsageReport<HourUsage>> WorkspaceByHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Hours(await WorkspaceAsync(workspaceId, ReportAxis.Hour, window, filter, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A workspace by ISO weekday and hour of the local clock.</summary>
    public async Task<UsageReport<HeatmapUsage>> WorkspaceHeatmapAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Heatmap(await WorkspaceAsync(workspaceId, ReportAxis.WeekHour, window, filter, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A workspace in one row. Its tasks are always counted from raw rows.</summary>
    public async Task<UsageReport<TotalUsage>> WorkspaceTotalAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Total(await reader.ReadWindowAsync(
            ReportScope.OfWorkspace(workspaceId, filter), ReportAxis.None, window, options, countTasks: true, cancellationToken).ConfigureAwait(false));

    /// <summary>A runtime by local day: newest first, then provider and model.</summary>
    public async Task<UsageReport<DailyUsage>> RuntimeDailyAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Daily(await RuntimeAsync(workspaceId, runtimeId, ReportAxis.Day, window, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A runtime by agent, then provider and model.</summary>
    public async Task<UsageReport<AgentUsage>> RuntimeByAgentAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Agents(await RuntimeAsync(workspaceId, runtimeId, ReportAxis.Agent, window, options, cancellationToken).ConfigureAwait(false));

    /// <summary>A runtime by hour of the local clock, then provider and model.</summary>
    public async Task<UsageReport<HourUsage>> RuntimeByHourAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ReportShapes.Hours(await RuntimeAsync(workspaceId, runtimeId, ReportAxis.Hour, window, options, cancellationToken).ConfigureAwait(false));

    /// <summary>All task starts on a runtime by hour of the local clock.</summary>
    public async Task<UsageReport<HourActivity>> RuntimeActivityAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken = default) =>
        new(await reader.ReadStartsAsync(workspaceId, runtimeId, zone, cancellationToken).ConfigureAwait(false), ReportSource.Raw, zone, []);

    /// <summary>All usage of an issue's tasks in one row.</summary>
    public async Task<UsageReport<TotalUsage>> IssueTotalAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default) =>
        ReportShapes.Total(await reader.ReadTasksAsync(workspaceId, issueId, taskId: null, cancellationToken).ConfigureAwait(false));

    /// <summary>All usage of an issue by task, then provider and model.</summary>
    public async Task<UsageReport<TaskUsage>> IssueTasksAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default) =>
        ReportShapes.Tasks(await reader.ReadTasksAsync(workspaceId, issueId, taskId: null, cancellationToken).ConfigureAwait(false));

    /// <summary>All usage of a task by provider and model.</summary>
    public async Task<UsageReport<ModelUsage>> TaskAsync(
        Guid workspaceId, Guid taskId, CancellationToken cancellationToken = default) =>
        ReportShapes.TaskModels(await reader.ReadTasksAsync(workspaceId, issueId: null, taskId, cancellationToken).ConfigureAwait(false));

    private Task<ReportCells> WorkspaceAsync(
        Guid workspaceId, ReportAxis axis, ReportWindow window, ReportFilter? filter, ReportOptions? options,
        CancellationToken cancellationToken) =>
        reader.ReadWindowAsync(
            ReportScope.OfWorkspace(workspaceId, filter), axis, window, options, countTasks: false, cancellationToken);

    private Task<ReportCells> RuntimeAsync(
        Guid workspaceId, Guid runtimeId, ReportAxis axis, ReportWindow window, ReportOptions? options,
        CancellationToken cancellationToken) =>
        reader.ReadWindowAsync(
            ReportScope.OfRuntime(workspaceId, runtimeId), axis, window, options, countTasks: false, cancellationToken);
}
