using Usage.Host.Cli;

namespace Usage.Host;

/// <summary>
/// Parses a listen address, and rejects those that the server would reject only when it binds, or would misread.
/// </summary>
internal static class ListenAddress
{
    /// <exception cref="UsageConfigurationException">The address is invalid.</exception>
    public static BindingAddress Parse(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw Refused(url, "is invalid");
        }

        return address switch
        {
            { Scheme: not ("http" or "https") } => throw Refused(url, "has a scheme other than http and https"),
            { PathBase: not ("" or "/") } => throw Refused(url, "has a path"),
            { IsUnixPipe: true } or { IsNamedPipe: true } => address,
            { Port: < 0 or > ushort.MaxValue } => throw Refused(url, "has an invalid port"),
            { Port: 0, Host: var host } when string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) =>
                throw Refused(url, "asks for a dynamic port, which requires 127.0.0.1 instead of localhost"),
            { Host: var host } when HasStrayBracketOrColon(host) => throw Refused(url, "is invalid"),
            _ => address,
        };
    }

    /// <summary>The server interprets an unparsable host as all addresses of the machine.</summary>
    private static bool HasStrayBracketOrColon(string host) =>
        host.StartsWith('[') && host.EndsWith(']') ? host.Count(character => character is '[' or ']') > 2 : host.AsSpan().IndexOfAny("[]:") >= 0;

    private static UsageConfigurationException Refused(string url, string reason) =>
        new($"The address '{url}' {reason}. A valid address is, for example, {ListenAddresses.Default}.");
}
