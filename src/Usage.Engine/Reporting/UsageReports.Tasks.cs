namespace Usage.Engine.Reporting;

/// <content>How many tasks there were, each counted once.</content>
public sealed partial class UsageReports
{
    /// <summary>
    /// A workspace's tasks by the local day of their first usage in the window, newest first, then by runtime, agent and project. All rows add
    /// up to the tasks of <see cref="WorkspaceTotalAsync"/>.
    /// </summary>
    /// <remarks>With a filter by provider or model it is read from the raw rows.</remarks>
    public async Task<UsageReport<DailyTasks>> WorkspaceDailyTasksAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var (cells, source) = await reader.ReadFirstUsesAsync(workspaceId, filter, ReportAxis.Day, window, options, cancellationToken).ConfigureAwait(false);
        return new(TaskShapes.Daily(cells, window, options?.HiddenAgents), source, window.Zone, []) { Window = window };
    }

    /// <summary>
    /// A workspace's tasks by the hour of the local clock, in sequence, of their first usage in the window: newest first, then by runtime,
    /// agent and project. All rows add up to the tasks of <see cref="WorkspaceTotalAsync"/>.
    /// </summary>
    /// <inheritdoc cref="WorkspaceDailyTasksAsync" path="/remarks"/>
    /// <exception cref="ArgumentOutOfRangeException">The window has more than <see cref="ReportWindow.MaxHourlyDays"/> days.</exception>
    public async Task<UsageReport<LocalHourTasks>> WorkspaceTasksByLocalHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RefuseLong(window);
        var (cells, source) = await reader.ReadFirstUsesAsync(
            workspaceId, filter, ReportAxis.LocalHour, window, options, cancellationToken).ConfigureAwait(false);
        return new(TaskShapes.LocalHours(cells, window, options?.HiddenAgents), source, window.Zone, []) { Window = window };
    }

    private static void RefuseLong(ReportWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (!window.IsShort)
        {
            throw new ArgumentOutOfRangeException(
                nameof(window), $"{window.From:R} to {window.To:R}", $"A report by local hour has at most {ReportWindow.MaxHourlyDays} days.");
        }
    }
}
