using System.Security.Claims;
using Usage.AspNetCore.Access;

namespace AgentLoop;

/// <summary>For a host that only this machine reaches.</summary>
internal sealed class EverythingAllowed : IUsageAccess
{
    public Guid? ViewerOf(ClaimsPrincipal caller) => null;

    public ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

    public bool MayRecord(ClaimsPrincipal caller) => true;

    public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

    public bool MayOperate(ClaimsPrincipal caller) => true;
}
