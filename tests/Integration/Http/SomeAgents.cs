using System.Security.Claims;
using Usage.AspNetCore.Access;

namespace Usage.Tests.Integration.Http;

/// <summary>Lets everybody read everything but one agent.</summary>
internal sealed class SomeAgents(Guid hidden) : IUsageAccess
{
    public Guid? ViewerOf(ClaimsPrincipal caller) => null;

    public ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

    public ValueTask<AgentVisibility> VisibleAgentsAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
        new(AgentVisibility.AllBut([hidden]));

    public bool MayRecord(ClaimsPrincipal caller) => false;

    public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(false);

    public bool MayOperate(ClaimsPrincipal caller) => false;
}
