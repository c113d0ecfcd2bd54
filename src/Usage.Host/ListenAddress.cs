using Usage.Host.Cli;

namespace Usage.Host;

/// <summary>An address as the server takes it: what it would find fault with only when it binds, or would read as another one, is refused.</summary>
internal static class ListenAddress
{
    /// <exception cref="UsageConfigurationException">It is no address to listen on.</exception>
    public static BindingAddress Parse(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw Refused(url, "is not understood");
        }

        return address switch
        {
            { Scheme: not ("http" or "https") } => throw Refused(url, "has another scheme than http and https"),
            { PathBase: not ("" or "/") } => throw Refused(url, "has a path"),
            { IsUnixPipe: true } or { IsNamedPipe: true } => address,
            { Port: < 0 or > ushort.MaxValue } => throw Refused(url, "has a port that is none"),
            { Port: 0, Host: var host } when string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) =>
                throw Refused(url, "takes any free port, which needs 127.0.0.1 in the place of localhost"),
            { Host: var host } when HasStrayBracketOrColon(host) => throw Refused(url, "is not understood"),
            _ => address,
        };
    }

    /// <summary>The server takes a host that it can't read for every address of the machine.</summary>
    private static bool HasStrayBracketOrColon(string host) =>
        host.StartsWith('[') && host.EndsWith(']') ? host.Count(character => character is '[' or ']') > 2 : host.AsSpan().IndexOfAny("[]:") >= 0;

    private static UsageConfigurationException Refused(string url, string reason) =>
        new($"The address '{url}' {reason}: it takes a form like {ListenAddresses.Default}.");
}
