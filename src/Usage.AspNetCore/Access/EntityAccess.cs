using System.Security.Claims;

namespace Usage.AspNetCore.Access;

/// <summary>Something that a route names, in the workspace that admits the caller.</summary>
internal readonly record struct Admitted(Guid Id, Guid WorkspaceId);

/// <summary>
/// Looks up what a route names and checks that the caller may use it. A text that is not an id, an unknown id, and an id of another
/// workspace have the same result. The last two also run the same statements, so that response times tell nothing: access is checked for
/// an unknown id too.
/// </summary>
internal sealed class EntityAccess(IUsageAccess access, Ownership ownership)
{
    /// <summary>What the caller may read; null when there is no such thing for this caller.</summary>
    public async Task<Admitted?> ReadAsync(Entity kind, string id, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var found = await FindAsync(kind, id, cancellationToken).ConfigureAwait(false);
        return await access.MayReadAsync(caller, found?.WorkspaceId ?? Guid.Empty, cancellationToken).ConfigureAwait(false) ? found : null;
    }

    /// <summary>The task whose usage the caller may record; null when there is no such task for this caller.</summary>
    public async Task<Admitted?> RecordAsync(string taskId, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var found = await FindAsync(Entity.Task, taskId, cancellationToken).ConfigureAwait(false);
        return await access.MayRecordAsync(caller, found?.WorkspaceId ?? Guid.Empty, cancellationToken).ConfigureAwait(false) ? found : null;
    }

    /// <summary>Those of the tasks whose usage the caller may record.</summary>
    public async Task<IReadOnlySet<Guid>> RecordAsync(
        IReadOnlyCollection<Guid> taskIds, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var workspaces = await ownership.WorkspacesOfAsync(Entity.Task, taskIds, cancellationToken).ConfigureAwait(false);
        HashSet<Guid> admitted = [];
        foreach (var tasks in workspaces.GroupBy(task => task.Value, task => task.Key))
        {
            if (await access.MayRecordAsync(caller, tasks.Key, cancellationToken).ConfigureAwait(false))
            {
                admitted.UnionWith(tasks);
            }
        }

        return admitted;
    }

    private async Task<Admitted?> FindAsync(Entity kind, string text, CancellationToken cancellationToken) =>
        EntityId.TryParse(text, out var id)
        && (await ownership.WorkspacesOfAsync(kind, [id], cancellationToken).ConfigureAwait(false)).TryGetValue(id, out var workspace)
            ? new(id, workspace)
            : null;
}
