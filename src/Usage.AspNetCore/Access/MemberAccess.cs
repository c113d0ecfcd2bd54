using System.Security.Claims;
using Npgsql;

namespace Usage.AspNetCore.Access;

/// <summary>The default rules: members read their workspaces; tokens with the required scope record and operate.</summary>
internal sealed class MemberAccess(NpgsqlDataSource database) : IUsageAccess
{
    private const string IsMemberSql = """
        select exists (select from public.member where workspace_id = @workspaceId and user_id = @userId)
        """;

    public Guid? ViewerOf(ClaimsPrincipal caller) => caller.UserId();

    public async ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
        caller.UserId() is { } userId
        && await database.ReadValueAsync<bool>(IsMemberSql, new { workspaceId, userId }, cancellationToken).ConfigureAwait(false);

    public bool MayRecord(ClaimsPrincipal caller) => caller.HasScope(UsageClaims.WriteScope);

    public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
        new(MayRecord(caller) && caller.HasWorkspace(workspaceId));

    public bool MayOperate(ClaimsPrincipal caller) => caller.HasScope(UsageClaims.AdminScope);
}
