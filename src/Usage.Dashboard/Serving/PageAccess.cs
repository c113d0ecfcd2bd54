using System.Security.Claims;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.AspNetCore.Reports;
using Usage.Dashboard.Names;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Serving;

/// <summary>Applies the API's access checks to pages.</summary>
internal sealed class PageAccess(IUsageAccess access, SubjectStore subjects, WorkspaceStore workspaces, ViewerZone zones)
{
    /// <summary>The subject, if the viewer may read it; null if it does not exist for this viewer.</summary>
    public async Task<Subject?> FindAsync(SubjectKind kind, Guid id, ClaimsPrincipal viewer, CancellationToken cancellationToken) =>
        await subjects.FindAsync(kind, id, cancellationToken).ConfigureAwait(false) is { } subject
        && await access.MayReadAsync(viewer, subject.WorkspaceId, cancellationToken).ConfigureAwait(false)
        && !(kind == SubjectKind.Agent
            && (await access.VisibleAgentsAsync(viewer, subject.WorkspaceId, cancellationToken).ConfigureAwait(false)).Hidden.Contains(id))
            ? subject
            : null;

    /// <summary>How a viewer sees a workspace that they may read.</summary>
    public async Task<Viewer> ViewerAsync(Subject subject, ClaimsPrincipal viewer, CancellationToken cancellationToken) => new(
        await ZoneAsync(viewer, cancellationToken).ConfigureAwait(false),
        (await access.VisibleAgentsAsync(viewer, subject.WorkspaceId, cancellationToken).ConfigureAwait(false)).Hidden);

    /// <summary>The workspaces that the viewer may read, by name.</summary>
    public async Task<IReadOnlyList<NamedWorkspace>> WorkspacesAsync(ClaimsPrincipal viewer, CancellationToken cancellationToken)
    {
        List<NamedWorkspace> admitted = [];
        foreach (var workspace in await workspaces.CandidatesAsync(access.ViewerOf(viewer), cancellationToken).ConfigureAwait(false))
        {
            if (await access.MayReadAsync(viewer, workspace.Id, cancellationToken).ConfigureAwait(false))
            {
                admitted.Add(workspace);
            }
        }

        return [.. admitted.OrderBy(workspace => workspace.Name, StringComparer.OrdinalIgnoreCase).ThenBy(workspace => workspace.Id)];
    }

    public bool MayOperate(ClaimsPrincipal viewer) => access.MayOperate(viewer);

    /// <summary>The zone that the viewer has chosen in the application.</summary>
    public Task<DateTimeZone> ZoneAsync(ClaimsPrincipal viewer, CancellationToken cancellationToken) =>
        zones.OfAsync(access.ViewerOf(viewer), cancellationToken);
}
