namespace Usage.Engine.Reporting;

/// <content>How tasks ended. Always from the application's table, and so always exact.</content>
public sealed partial class UsageReports
{
    /// <summary>A workspace's ended tasks by local day, newest first.</summary>
    /// <remarks>A filter by provider or model has no meaning for tasks and is refused.</remarks>
    /// <exception cref="ArgumentException">The filter names a provider or a model.</exception>
    public async Task<UsageReport<DailyOutcomes>> WorkspaceDailyOutcomesAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        (await OutcomesAsync(workspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Daily;

    /// <summary>A workspace's ended tasks by agent; those of agents that the viewer may not see are one row, the last.</summary>
    /// <inheritdoc cref="WorkspaceDailyOutcomesAsync" path="/exception"/>
    public async Task<UsageReport<AgentOutcomes>> WorkspaceOutcomesByAgentAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        (await OutcomesAsync(workspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Agents;

    /// <summary>A workspace's ended tasks by runtime, those without one last.</summary>
    /// <inheritdoc cref="WorkspaceDailyOutcomesAsync" path="/exception"/>
    public async Task<UsageReport<RuntimeOutcomes>> WorkspaceOutcomesByRuntimeAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        (await OutcomesAsync(workspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Runtimes;

    /// <summary>All three, read once.</summary>
    internal async Task<OutcomeReports> OutcomesAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter, ReportOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (filter is not (null or { Provider: null, Model: null }))
        {
            throw new ArgumentException("Tasks have neither provider nor model to filter by.", nameof(filter));
        }

        var hidden = options?.HiddenAgents;
        return new(
            await reader.ReadOutcomesAsync(ReportScope.Of(workspaceId, filter, hidden), window, cancellationToken).ConfigureAwait(false),
            window, hidden);
    }
}
