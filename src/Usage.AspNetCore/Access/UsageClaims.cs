using System.Security.Claims;

namespace Usage.AspNetCore.Access;

/// <summary>The claims that the default access checks read.</summary>
public static class UsageClaims
{
    /// <summary>The user's id: a GUID.</summary>
    public const string Subject = "sub";

    /// <summary>Scopes, separated by spaces or as one claim each.</summary>
    public const string Scope = "scope";

    /// <summary>Workspaces whose usage may be recorded, one claim each.</summary>
    public const string WorkspaceId = "workspace_id";

    /// <summary>Scope that allows recording usage.</summary>
    public const string WriteScope = "usage.write";

    /// <summary>Scope that allows operating the engine.</summary>
    public const string AdminScope = "usage.admin";

    /// <summary>The user's id, even if the host maps <c>sub</c> to another claim, as ASP.NET Core does by default.</summary>
    internal static Guid? UserId(this ClaimsPrincipal caller) =>
        Guid.TryParse(caller.SubjectText(), out var id) ? id : null;

    /// <summary>The caller's subject, whether or not it is a GUID.</summary>
    internal static string? SubjectText(this ClaimsPrincipal caller) =>
        caller.FindFirst(Subject)?.Value ?? caller.FindFirst(ClaimTypes.NameIdentifier)?.Value;

    internal static bool HasScope(this ClaimsPrincipal caller, string scope) =>
        caller.FindAll(Scope).SelectMany(claim => claim.Value.Split(' ')).Contains(scope, StringComparer.Ordinal);

    internal static bool HasWorkspace(this ClaimsPrincipal caller, Guid workspaceId) =>
        caller.FindAll(WorkspaceId).Any(claim => Guid.TryParse(claim.Value, out var id) && id == workspaceId);
}
