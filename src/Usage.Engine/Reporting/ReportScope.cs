namespace Usage.Engine.Reporting;

/// <summary>The usage that a report is about: a workspace's, and of that a runtime's or what a filter lets through.</summary>
internal sealed record ReportScope(Guid WorkspaceId, Guid? RuntimeId, ReportFilter Filter)
{
    public static ReportScope OfWorkspace(Guid workspaceId, ReportFilter? filter) =>
        new(workspaceId, RuntimeId: null, filter ?? ReportFilter.None);

    public static ReportScope OfRuntime(Guid workspaceId, Guid runtimeId) => new(workspaceId, runtimeId, ReportFilter.None);
}
