namespace Usage.Engine.Reporting;

/// <summary>The usage that a report is about: what of a workspace's a filter lets through.</summary>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="Filter">The filter; its agents are in <paramref name="Agents"/>.</param>
/// <param name="Agents">The agents to include; null includes all.</param>
internal sealed record ReportScope(Guid WorkspaceId, ReportFilter Filter, IReadOnlyCollection<Guid>? Agents)
{
    /// <summary>
    /// What a viewer may ask for. A hidden agent is let through with all that are hidden, never by its id, which is like one that nobody has.
    /// </summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="filter">The filter; null for all usage.</param>
    /// <param name="hiddenAgents">Agents that the viewer may not see; null if there are none.</param>
    public static ReportScope Of(Guid workspaceId, ReportFilter? filter, IReadOnlySet<Guid>? hiddenAgents = null)
    {
        filter ??= ReportFilter.None;
        return new(workspaceId, filter, filter switch
        {
            { OtherAgents: true } => hiddenAgents ?? new HashSet<Guid>(),
            { AgentId: { } agent } => hiddenAgents?.Contains(agent) is true ? [] : [agent],
            _ => null,
        });
    }
}
