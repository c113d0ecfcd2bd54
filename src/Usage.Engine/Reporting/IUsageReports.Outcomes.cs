namespace Usage.Engine.Reporting;

/// <content>How tasks ended. Always read from the application's table, and so always exact.</content>
public partial interface IUsageReports
{
    /// <summary>A workspace's ended tasks by day, by agent and by runtime, read in one snapshot.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="window">The local days in which the tasks ended.</param>
    /// <param name="filter">By agent, project or runtime. Tasks have neither provider nor model.</param>
    /// <param name="options">Which agents the viewer may not see. The mode has no effect.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    /// <exception cref="ArgumentException">The filter names a provider or a model.</exception>
    Task<OutcomeReports> WorkspaceOutcomesAsync(
        Guid workspaceId, ReportWindow window, ReportFilter? filter = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default);
}
