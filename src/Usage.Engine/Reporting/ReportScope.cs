namespace Usage.Engine.Reporting;

/// <summary>The usage that a report is about: a workspace's, and of that a runtime's or what a filter lets through.</summary>
internal sealed record ReportScope(Guid WorkspaceId, Guid? RuntimeId, ReportFilter Filter)
{
    public static ReportScope OfWorkspace(Guid workspaceId, ReportFilter? filter) =>
        new(workspaceId, RuntimeId: null, filter ?? ReportFilter.None);

    /// <summary>The same scope for a viewer: a filter by a hidden agent becomes one by an agent that nobody has.</summary>
    public ReportScope SeenWithout(IReadOnlySet<Guid>? hiddenAgents) =>
        Filter.AgentId is { } agent && hiddenAgents?.Contains(agent) is true
            ? this with { Filter = Filter with { AgentId = Guid.NewGuid() } }
            : this;

    public static ReportScope OfRuntime(Guid workspaceId, Guid runtimeId) => new(workspaceId, runtimeId, ReportFilter.None);
}
