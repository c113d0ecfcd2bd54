using System.Net;
using Usage.Host.Authentication;
using Usage.Host.Cli;

namespace Usage.Host;

/// <summary>Where the server may listen: without authentication, on loopback only.</summary>
internal static class ListenAddresses
{
    public const string Default = "http://127.0.0.1:5080";

    /// <exception cref="UsageConfigurationException">An address is open to others without authentication, or is none.</exception>
    public static string[] Allowed(IConfiguration configuration, AuthMode mode, string? flag)
    {
        var urls = (flag ?? configuration["urls"] ?? Default)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(endpoint => endpoint["Url"]).OfType<string>();
        Array.ForEach(urls, url => ListenAddress.Parse(url));
        if (mode == AuthMode.None && urls.Concat(endpoints).FirstOrDefault(url => !IsLoopback(url)) is { } open)
        {
            throw new UsageConfigurationException(
                $"The address '{open}' is refused: with Usage:Auth:Mode=None the server listens on loopback only, "
                + $"such as {Default}.");
        }

        return urls;
    }

    private static bool IsLoopback(string url)
    {
        var address = ListenAddress.Parse(url);
        return !address.IsUnixPipe && !address.IsNamedPipe
            && (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
    }
}
