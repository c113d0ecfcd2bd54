using System.Net;
using Usage.Host.Authentication;
using Usage.Host.Cli;

namespace Usage.Host;

/// <summary>The addresses to listen on; without authentication, only loopback addresses.</summary>
internal static class ListenAddresses
{
    public const string Default = "http://127.0.0.1:5080";

    /// <summary>
    /// The addresses of the option, else of the setting <c>urls</c>; else, with authentication, those of <c>http_ports</c> and
    /// <c>https_ports</c>, which container images set; else the default. Never empty: the server would otherwise use those ports
    /// itself.
    /// </summary>
    /// <exception cref="UsageConfigurationException">
    /// An address is invalid, or is not a loopback address although authentication is off.
    /// </exception>
    public static string[] Allowed(IConfiguration configuration, AuthMode mode, string? flag)
    {
        var given = flag ?? (string.IsNullOrWhiteSpace(configuration["urls"]) ? null : configuration["urls"]);
        string[] urls = given is not null ? Split(given)
            : mode == AuthMode.Jwt && Ports(configuration) is { Length: > 0 } ports ? ports
            : [Default];
        if (urls.Length == 0)
        {
            throw new UsageConfigurationException($"'{given}' contains no address. A valid address is, for example, {Default}.");
        }

        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(endpoint => endpoint["Url"]).OfType<string>();
        foreach (var url in urls.Concat(endpoints))
        {
            var address = ListenAddress.Parse(url);
            if (mode == AuthMode.None && !IsLoopback(address))
            {
                throw NotLoopback(url);
            }
        }

        return urls;
    }

    public static UsageConfigurationException NotLoopback(string address) => new(
        $"The address '{address}' is not allowed: with Usage:Auth:Mode=None the server listens on loopback only, for example {Default}.");

    private static string[] Split(string list) =>
        list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Ports(IConfiguration configuration) =>
    [
        .. Split(configuration["http_ports"] ?? "").Select(port => $"http://*:{port}"),
        .. Split(configuration["https_ports"] ?? "").Select(port => $"https://*:{port}"),
    ];

    private static bool IsLoopback(BindingAddress address) =>
        !address.IsUnixPipe && !address.IsNamedPipe
        && (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
