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
        Outcomes(window, OutcomeShapes.Daily(
            await OutcomesAsync(workspaceId, ReportAxis.Day, window, filter, options, cancellationToken), window));

    /// <summary>A workspace's ended tasks by agent; those of agents that the viewer may not see are one row, the last.</summary>
    /// <inheritdoc cref="WorkspaceDailyOutcomesAsync" path="/exception"/>
    public async Task<UsageReport<AgentOutcomes>> WorkspaceOutcomesByAgentAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Outcomes(window, OutcomeShapes.Agents(
            await OutcomesAsync(workspaceId, ReportAxis.Agent, window, filter, options, cancellationToken), options?.HiddenAgents));

    /// <summary>A workspace's ended tasks by runtime, those without one last.</summary>
    /// <inheritdoc cref="WorkspaceDailyOutcomesAsync" path="/exception"/>
    public async Task<UsageReport<RuntimeOutcomes>> WorkspaceOutcomesByRuntimeAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Outcomes(window, OutcomeShapes.Runtimes(
            await OutcomesAsync(workspaceId, ReportAxis.Runtime, window, filter, options, cancellationToken)));

    private Task<IReadOnlyList<OutcomeCell>> OutcomesAsync(
        Guid workspaceId, ReportAxis axis, ReportWindow window, ReportFilter? filter, ReportOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return filter is null or { Provider: null, Model: null }
            ? reader.ReadOutcomesAsync(
                ReportScope.OfWorkspace(workspaceId, filter).SeenWithout(options?.HiddenAgents), axis, window, cancellationToken)
            : throw new ArgumentException("Tasks have neither provider nor model to filter by.", nameof(filter));
    }

    private static UsageReport<TRow> Outcomes<TRow>(ReportWindow window, IReadOnlyList<TRow> rows) =>
        new(rows, ReportSource.Raw, window.Zone, []) { Window = window };
}
