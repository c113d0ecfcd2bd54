using System.Security.Claims;

namespace Usage.AspNetCore.Access;

/// <summary>
/// Who may read, record and operate. Hosts replace it by registering their own. What a caller may not read or record is
/// answered like what does not exist; for the latter a workspace id of all zeros is asked about, so that both take the same work.
/// </summary>
public interface IUsageAccess
{
    /// <summary>The signed-in user, whose time zone is the default; null when it is none of the application's users.</summary>
    Guid? ViewerOf(ClaimsPrincipal caller);

    /// <summary>Whether the caller may read the usage of a workspace. Asked anew for each request.</summary>
    ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken);

    /// <summary>
    /// Which agents of a workspace the caller may see, who may read it. Asked anew for each report over a window. Default: all.
    /// </summary>
    ValueTask<AgentVisibility> VisibleAgentsAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
        new(AgentVisibility.All);

    /// <summary>Whether the caller may record usage anywhere at all; if not, the answer is 403.</summary>
    bool MayRecord(ClaimsPrincipal caller);

    /// <summary>Whether the caller may record usage of a workspace's agents.</summary>
    ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken);

    /// <summary>Whether the caller may operate the engine; if not, the answer is 403.</summary>
    bool MayOperate(ClaimsPrincipal caller);
}
