using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Usage.AspNetCore.Access;

namespace Usage.AspNetCore.Recording;

/// <summary>Whose recordings count together: those of a subject, else of a client, else of a set of workspaces, else of an address.</summary>
internal static class RecordingCaller
{
    private static readonly string[] Names = [UsageClaims.Subject, ClaimTypes.NameIdentifier, "client_id", "azp", "appid"];

    public static string Of(HttpContext context)
    {
        var caller = context.User;
        foreach (var name in Names)
        {
            if (caller.FindFirst(name) is { Value: { Length: > 0 } value })
            {
                return $"{name} {value}";
            }
        }

        return caller.FindFirst(UsageClaims.WorkspaceId) is null
            ? $"address {context.Connection.RemoteIpAddress}"
            : string.Join(' ', caller.FindAll(UsageClaims.WorkspaceId).Select(claim => claim.Value).Order(StringComparer.Ordinal).Prepend("workspaces"));
    }
}
