using Usage.Engine;

namespace Usage.Host.Cli;

/// <summary>The program's configuration: appsettings.json next to the program, then environment variables, then --set.</summary>
internal static class HostConfiguration
{
    /// <summary>The keys of section <c>Usage</c> other than the engine's options.</summary>
    private static readonly string[] Others = ["Auth", "Http", "LocalPostgres", "Metrics", "Traces"];

    private static readonly string[] Known =
    [
        .. typeof(UsageEngineOptions).GetProperties().Select(property => property.Name).Concat(Others).Order(StringComparer.Ordinal),
    ];

    /// <param name="settings">Settings in the form KEY=VALUE.</param>
    /// <param name="least">The minimum log level unless the environment sets one; null to use appsettings.json.</param>
    public static IConfiguration Read(IReadOnlyList<string>? settings, LogLevel? least = null) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddInMemoryCollection(least is null ? [] : [new("Logging:LogLevel:Default", least.ToString())])
        .AddEnvironmentVariables()
        .AddInMemoryCollection((settings ?? []).Select(Split))
        .Build();

    private static KeyValuePair<string, string?> Split(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UsageConfigurationException($"--set is '{setting}': it must be KEY=VALUE, such as Usage:MaxDuty=0.3.");
        }

        var key = setting[..equals];
        if (key.Split(':') is [var section, var name, ..]
            && section.Equals(UsageEngineOptions.SectionName, StringComparison.OrdinalIgnoreCase)
            && !Known.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new UsageConfigurationException(
                $"--set is '{setting}': there is no setting {key}. "
                + $"Section {UsageEngineOptions.SectionName} has {string.Join(", ", Known)}.");
        }

        return new(key, setting[(equals + 1)..]);
    }
}
