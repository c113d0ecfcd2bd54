using System.Security.Claims;

namespace Usage.AspNetCore.Access;

/// <summary>An entity named by a route, and the workspace through which the caller may access it.</summary>
internal readonly record struct Admitted(Guid Id, Guid WorkspaceId);

/// <summary>
/// Looks up the entity that a route names and checks that the caller may access it. A malformed id, an unknown id and an id in a
/// foreign workspace give the same result. The last two also run the same statements, because access is checked for an unknown id
/// too, so response times reveal nothing.
/// </summary>
internal sealed class EntityAccess(IUsageAccess access, Ownership ownership)
{
    /// <summary>The entity, if the caller may read it; null if it does not exist for this caller.</summary>
    public async Task<Admitted?> ReadAsync(Entity kind, string id, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var found = await FindAsync(kind, id, cancellationToken).ConfigureAwait(false);
        return await access.MayReadAsync(caller, found?.WorkspaceId ?? Guid.Empty, cancellationToken).ConfigureAwait(false) ? found : null;
    }

    /// <summary>The task, if the caller may record its usage; null if it does not exist for this caller.</summary>
    public async Task<Admitted?> RecordAsync(string taskId, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        var found = await FindAsync(Entity.Task, taskId, cancellationToken).ConfigureAwait(false);
        return await access.MayRecordAsync(caller, found?.WorkspaceId ?? Guid.Empty, cancellationToken).ConfigureAwait(false) ? found : null;
    }

    /// <summary>The tasks, of those given, whose usage the caller may record.</summary>
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
