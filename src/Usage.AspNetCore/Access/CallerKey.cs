using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Usage.AspNetCore.Access;

/// <summary>Who a limit per caller counts: the <c>sub</c> of the token, else the client's address.</summary>
internal static class CallerKey
{
    /// <summary>What a site is given of IPv6: it can use any address in it.</summary>
    private const int SiteBytes = 8;

    public static string Of(HttpContext context) =>
        context.User.SubjectText() is { Length: > 0 } subject ? $"subject {subject}" : $"address {Site(context.Connection.RemoteIpAddress)}";

    private static string Site(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, SiteBytes),
        _ => address.ToString(),
    };
}
