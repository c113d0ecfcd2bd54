namespace Usage.Engine.Reporting;

/// <content>How many tasks there were, each counted once.</content>
internal sealed partial class UsageReports
{
    public async Task<UsageReport<DailyTasks>> WorkspaceDailyTasksAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var uses = await reader.ReadFirstUsesAsync(workspaceId, filter, ReportAxis.Day, window, options, cancellationToken).ConfigureAwait(false);
        return uses.Report(TaskShapes.Daily(uses.Cells, window, options?.HiddenAgents), window);
    }

    public async Task<UsageReport<LocalHourTasks>> WorkspaceTasksByLocalHourAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RefuseLong(window);
        var uses = await reader.ReadFirstUsesAsync(
            workspaceId, filter, ReportAxis.LocalHour, window, options, cancellationToken).ConfigureAwait(false);
        return uses.Report(TaskShapes.LocalHours(uses.Cells, window, options?.HiddenAgents), window);
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
