namespace Usage.Engine.Reporting;

/// <content>How tasks ended. Always read from the application's table, and so always exact.</content>
internal sealed partial class UsageReports
{
    public async Task<OutcomeReports> WorkspaceOutcomesAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (filter is not (null or { Provider: null, Model: null }))
        {
            throw new ArgumentException("Tasks have neither provider nor model to filter by.", nameof(filter));
        }

        var hidden = options?.HiddenAgents;
        var (cells, server) = await reader.ReadOutcomesAsync(
            ReportScope.Of(workspaceId, filter, hidden), window, options, cancellationToken).ConfigureAwait(false);
        return OutcomeReports.Of(cells, window, hidden, server);
    }
}
