namespace Usage.Dashboard.Names;

/// <summary>The kinds of entity that a page can be about.</summary>
internal enum SubjectKind
{
    Workspace,
    Runtime,
    Agent,
    Project,

    /// <summary>A model in a workspace; the address contains the workspace's id.</summary>
    Model,
    Issue,
    Task,
}

/// <summary>The entity that a page is about, and its workspace.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id; for a model, the workspace's id.</param>
/// <param name="Name">Its name in the application.</param>
/// <param name="WorkspaceId">The workspace whose members may see it.</param>
/// <param name="Workspace">That workspace's name.</param>
/// <param name="ParentId">For an issue, its project; for a task, its issue.</param>
internal sealed record Subject(
    SubjectKind Kind, Guid Id, string Name, Guid WorkspaceId, string Workspace, Guid? ParentId = null);
