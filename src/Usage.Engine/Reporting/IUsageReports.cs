using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// Reads usage reports. Each contains usage of the given workspace only; the caller checks that the reader may read it. At most
/// <see cref="UsageEngineOptions.MaxConcurrentReports"/> are read concurrently; others are queued, and fail with <see
/// cref="ReportsBusyException"/> after <see cref="UsageEngineOptions.ReportWait"/>.
/// </summary>
public partial interface IUsageReports
{
    /// <summary>A workspace by local day: newest first, then provider and model.</summary>
    Task<UsageReport<DailyUsage>> WorkspaceDailyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by provider and model: most input and output tokens first.</summary>
    Task<UsageReport<ModelUsage>> WorkspaceSummaryAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by agent, then provider and model.</summary>
    Task<UsageReport<AgentUsage>> WorkspaceByAgentAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by project, usage without a project last, then provider and model.</summary>
    Task<UsageReport<ProjectUsage>> WorkspaceByProjectAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by hour of the local clock, then provider and model.</summary>
    Task<UsageReport<HourUsage>> WorkspaceByHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by ISO weekday and hour of the local clock.</summary>
    Task<UsageReport<HeatmapUsage>> WorkspaceHeatmapAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by ISO week of local days: newest first, then provider and model. The first and last week may be partial.</summary>
    Task<UsageReport<WeeklyUsage>> WorkspaceWeeklyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by month of local days: newest first, then provider and model. The first and last month may be partial.</summary>
    Task<UsageReport<MonthlyUsage>> WorkspaceMonthlyAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by each hour of the local clock in sequence: newest first, then provider and model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window has more than <see cref="ReportWindow.MaxHourlyDays"/> days.</exception>
    Task<UsageReport<LocalHourUsage>> WorkspaceByLocalHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by runtime, usage without a runtime last, then provider and model.</summary>
    Task<UsageReport<RuntimeUsage>> WorkspaceByRuntimeAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by agent, one row each. Agents that the viewer may not see are one row, the last.</summary>
    Task<UsageReport<AgentTotal>> WorkspaceAgentsAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace by project, one row each, usage without a project last.</summary>
    Task<UsageReport<ProjectTotal>> WorkspaceProjectsAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A workspace in one row.</summary>
    Task<UsageReport<TotalUsage>> WorkspaceTotalAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A runtime by local day: newest first, then provider and model.</summary>
    Task<UsageReport<DailyUsage>> RuntimeDailyAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A runtime by agent, then provider and model.</summary>
    Task<UsageReport<AgentUsage>> RuntimeByAgentAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A runtime by hour of the local clock, then provider and model.</summary>
    Task<UsageReport<HourUsage>> RuntimeByHourAsync(
        Guid workspaceId, Guid runtimeId, ReportWindow window, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>All task starts on a runtime by hour of the local clock.</summary>
    Task<UsageReport<HourActivity>> RuntimeActivityAsync(
        Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken = default);

    /// <summary>All usage of an issue's tasks in one row.</summary>
    Task<UsageReport<TotalUsage>> IssueTotalAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default);

    /// <summary>All usage of an issue by task, then provider and model.</summary>
    Task<UsageReport<TaskUsage>> IssueTasksAsync(
        Guid workspaceId, Guid issueId, CancellationToken cancellationToken = default);

    /// <summary>All usage of a task by provider and model.</summary>
    Task<UsageReport<ModelUsage>> TaskAsync(
        Guid workspaceId, Guid taskId, CancellationToken cancellationToken = default);
}
