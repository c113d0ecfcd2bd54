using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Usage.AspNetCore.Access;

/// <summary>
/// The key that per-caller limits count by: the subject, else the client, else the set of workspaces, else the address.
/// </summary>
internal static class CallerKey
{
    /// <summary>The prefix that identifies an IPv6 site, which can use any address within it.</summary>
    private const int SiteBytes = 8;

    private static readonly string[] ClientClaims = ["client_id", "azp", "appid"];

    public static string Of(HttpContext context)
    {
        var caller = context.User;
        if (caller.SubjectText() is { Length: > 0 } subject)
        {
            return $"subject {subject}";
        }

        if (ClientClaims.Select(name => caller.FindFirst(name)?.Value).FirstOrDefault(value => value is { Length: > 0 }) is { } client)
        {
            return $"client {client}";
        }

        var workspaces = caller.FindAll(UsageClaims.WorkspaceId).Select(claim => claim.Value).Order(StringComparer.Ordinal).ToArray();
        return workspaces.Length > 0
            ? $"workspaces {string.Join(' ', workspaces)}"
            : $"address {Site(context.Connection.RemoteIpAddress)}";
    }

    private static string Site(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, SiteBytes),
        _ => address.ToString(),
    };
}
