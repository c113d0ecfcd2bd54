using System.Security.Claims;
using Usage.AspNetCore.Access;

namespace Usage.Host.Authentication;

/// <summary>Allows everything: for a host that is reachable from this machine only.</summary>
internal sealed class OpenAccess : IUsageAccess
{
    public Guid? ViewerOf(ClaimsPrincipal caller) => null;

    public ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

    public bool MayRecord(ClaimsPrincipal caller) => true;

    public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

    public bool MayOperate(ClaimsPrincipal caller) => true;
}
