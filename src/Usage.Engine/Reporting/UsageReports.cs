using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// The usage reports. Every one holds only usage of the workspace that admitted its reader. Whether that reader may read it is the
/// caller's to check.
/// </summary>
public sealed class UsageReports
{
    internal UsageReports()
    {
    }

    /// <summary>A workspace by local day: newest first, then provider and model.</summary>
    public Task<UsageReport<DailyUsage>> WorkspaceDailyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A workspace by provider and model: most input and output tokens first.</summary>
    public Task<UsageReport<ModelUsage>> WorkspaceSummaryAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A workspace by agent, then provider and model.</summary>
    public Task<UsageReport<AgentUsage>> WorkspaceByAgentAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A workspace by project, usage of none last, then provider and model.</summary>
    public Task<UsageReport<ProjectUsage>> WorkspaceByProjectAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A workspace by hour of the local clock, then provider and model.</summary>
    public Task<UsageReport<HourUsage>> WorkspaceByHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A workspace by ISO weekday and hour of the local clock.</summary>
    public Task<UsageReport<HeatmapUsage>> WorkspaceHeatmapAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A workspace in one row. Its tasks are always counted from raw rows.</summary>
    public Task<UsageReport<TotalUsage>> WorkspaceTotalAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A runtime by local day: newest first, then provider and model.</summary>
    public Task<UsageReport<DailyUsage>> RuntimeDailyAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A runtime by agent, then provider and model.</summary>
    public Task<UsageReport<AgentUsage>> RuntimeByAgentAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A runtime by hour of the local clock, then provider and model.</summary>
    public Task<UsageReport<HourUsage>> RuntimeByHourAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All task starts on a runtime by hour of the local clock.</summary>
    public Task<UsageReport<HourActivity>> RuntimeActivityAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>All usage of an issue's tasks in one row.</summary>
    public Task<UsageReport<TotalUsage>> IssueTotalAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All usage of an issue by task, then provider and model.</summary>
    public Task<UsageReport<TaskUsage>> IssueTasksAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All usage of a task by provider and model.</summary>
    public Task<UsageReport<ModelUsage>> TaskAsync(
        Guid workspaceId, Guid taskId, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
