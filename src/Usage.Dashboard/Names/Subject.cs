namespace Usage.Dashboard.Names;

/// <summary>What a page can be about.</summary>
internal enum SubjectKind
{
    Workspace,
    Runtime,
    Agent,
    Project,

    /// <summary>A model in a workspace, whose id the address has.</summary>
    Model,
    Issue,
    Task,
}

/// <summary>What a page is about, and where it belongs.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id; of a model, its workspace's.</param>
/// <param name="Name">As the application has it.</param>
/// <param name="WorkspaceId">The workspace whose members may see it.</param>
/// <param name="Workspace">That workspace's name.</param>
/// <param name="ParentId">Of an issue, its project; of a task, its issue.</param>
internal sealed record Subject(
    SubjectKind Kind, Guid Id, string Name, Guid WorkspaceId, string Workspace, Guid? ParentId = null);
