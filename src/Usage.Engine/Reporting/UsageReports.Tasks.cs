namespace Usage.Engine.Reporting;

/// <content>How many tasks there were, each counted once.</content>
internal sealed partial class UsageReports
{
    public async Task<UsageReport<DailyTasks>> WorkspaceDailyTasksAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var (cells, source, server) = await reader.ReadFirstUsesAsync(workspaceId, filter, ReportAxis.Day, window, options, cancellationToken).ConfigureAwait(false);
        return new(TaskShapes.Daily(cells, window, options?.HiddenAgents), source, window.Zone, []) { Window = window, Server = server };
    }

    public async Task<UsageReport<LocalHourTasks>> WorkspaceTasksByLocalHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RefuseLong(window);
        var (cells, source, server) = await reader.ReadFirstUsesAsync(
            workspaceId, filter, ReportAxis.LocalHour, window, options, cancellationToken).ConfigureAwait(false);
        return new(TaskShapes.LocalHours(cells, window, options?.HiddenAgents), source, window.Zone, []) { Window = window, Server = server };
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
