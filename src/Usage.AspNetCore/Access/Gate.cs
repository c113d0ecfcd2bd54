using System.Security.Claims;

namespace Usage.AspNetCore.Access;

/// <summary>Something that a route names, in the workspace that admits the caller.</summary>
internal readonly record struct Admitted(Guid Id, Guid WorkspaceId);

/// <summary>
/// Admits callers to what they name. A text that is no id, an id of nothing, and an id of another workspace all end the same way.
/// </summary>
internal sealed class Gate(IUsageAccess access, Ownership ownership)
{
    /// <summary>What the caller may read; null when there is no such thing for this caller.</summary>
    public async Task<Admitted?> ReadAsync(Entity kind, string id, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        await FindAsync(kind, id, cancellationToken) is { } found
        && await access.MayReadAsync(caller, found.WorkspaceId, cancellationToken)
            ? found
            : null;

    /// <summary>The task whose usage the caller may record; null when there is no such task for this caller.</summary>
    public async Task<Admitted?> RecordAsync(string taskId, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        await FindAsync(Entity.Task, taskId, cancellationToken) is { } found
        && await access.MayRecordAsync(caller, found.WorkspaceId, cancellationToken)
            ? found
            : null;

    /// <summary>Those of the tasks whose usage the caller may record.</summary>
    public async Task<IReadOnlySet<Guid>> RecordAsync(
        IReadOnlyCollection<Guid> taskIds, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var workspaces = await ownership.WorkspacesOfAsync(Entity.Task, taskIds, cancellationToken);
        HashSet<Guid> admitted = [];
        foreach (var tasks in workspaces.GroupBy(task => task.Value, task => task.Key))
        {
            if (await access.MayRecordAsync(caller, tasks.Key, cancellationToken))
            {
                admitted.UnionWith(tasks);
            }
        }

        return admitted;
    }

    private async Task<Admitted?> FindAsync(Entity kind, string text, CancellationToken cancellationToken) =>
        EntityId.TryParse(text, out var id)
        && (await ownership.WorkspacesOfAsync(kind, [id], cancellationToken)).TryGetValue(id, out var workspace)
            ? new(id, workspace)
            : null;
}
