namespace Usage.Engine.Reporting;

/// <content>How many tasks there were, each counted once.</content>
public partial interface IUsageReports
{
    /// <summary>
    /// A workspace's tasks by the local day of their first usage in the window, newest first, then by runtime, agent and project. All rows add
    /// up to the tasks of <see cref="WorkspaceTotalAsync"/>.
    /// </summary>
    /// <remarks>With a filter by provider or model, it is read from raw rows.</remarks>
    Task<UsageReport<DailyTasks>> WorkspaceDailyTasksAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// A workspace's tasks by the hour of the local clock, in sequence, of their first usage in the window: newest first, then by runtime,
    /// agent and project. All rows add up to the tasks of <see cref="WorkspaceTotalAsync"/>.
    /// </summary>
    /// <inheritdoc cref="WorkspaceDailyTasksAsync" path="/remarks"/>
    /// <exception cref="ArgumentOutOfRangeException">The window has more than <see cref="ReportWindow.MaxHourlyDays"/> days.</exception>
    Task<UsageReport<LocalHourTasks>> WorkspaceTasksByLocalHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);
}
