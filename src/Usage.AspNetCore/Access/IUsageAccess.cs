using System.Security.Claims;

namespace Usage.AspNetCore.Access;

/// <summary>
/// Decides who may read, record and operate. Register an implementation to replace the default. An entity that the caller may not
/// read or record is answered as if it did not exist. For an entity that really does not exist, the checks are called with an
/// all-zero workspace id, so that both cases cost the same.
/// </summary>
public interface IUsageAccess
{
    /// <summary>
    /// The signed-in user, whose time zone is the default for reports; null if the caller is not a user of the application.
    /// </summary>
    Guid? ViewerOf(ClaimsPrincipal caller);

    /// <summary>Whether the caller may read the usage of a workspace. Called for each request.</summary>
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

    /// <summary>Whether the caller may operate the engine; otherwise the answer is 403.</summary>
    bool MayOperate(ClaimsPrincipal caller);
}
