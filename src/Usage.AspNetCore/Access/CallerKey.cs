using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Usage.AspNetCore.Access;

/// <summary>Who a limit per caller counts: a subject, else a client, else a set of workspaces, else an address.</summary>
internal static class CallerKey
{
    /// <summary>What a site is given of IPv6: it can use any address in it.</summary>
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
