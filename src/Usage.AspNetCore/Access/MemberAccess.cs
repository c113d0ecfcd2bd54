using System.Security.Claims;
using Npgsql;

namespace Usage.AspNetCore.Access;

/// <summary>The default rules: members read their workspaces; tokens with the required scope record and operate.</summary>
internal sealed class MemberAccess(NpgsqlDataSource database) : IUsageAccess
{
    private const string IsMemberSql = """
        select exists (select from public.member where workspace_id = @workspace_id and user_id = @user_id)
        """;

    public Guid? ViewerOf(ClaimsPrincipal caller) => caller.UserId();

    public async ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken)
    {
        if (caller.UserId() is not { } user)
        {
            return false;
        }

        var command = database.CreateCommand(IsMemberSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("workspace_id", workspaceId);
        command.Parameters.AddWithValue("user_id", user);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public bool MayRecord(ClaimsPrincipal caller) => caller.HasScope(UsageClaims.WriteScope);

    public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) =>
        new(MayRecord(caller) && caller.HasWorkspace(workspaceId));

    public bool MayOperate(ClaimsPrincipal caller) => caller.HasScope(UsageClaims.AdminScope);
}
