using Usage.Engine;

namespace Usage.Host.Cli;

/// <summary>The program's settings: appsettings.json beside the program, then the environment, then flags.</summary>
internal static class HostConfiguration
{
    /// <summary>What section <c>Usage</c> holds beside the engine's options.</summary>
    private static readonly string[] Others = ["Auth", "Http", "LocalPostgres", "Metrics", "Traces"];

    private static readonly string[] Known =
    [
        .. typeof(UsageEngineOptions).GetProperties().Select(property => property.Name).Concat(Others).Order(StringComparer.Ordinal),
    ];

    /// <param name="settings">KEY=VALUE, each.</param>
    /// <param name="least">The lowest level that is logged, unless the environment says so; null: as in appsettings.json.</param>
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
            throw new UsageConfigurationException($"--set is '{setting}': it takes KEY=VALUE, such as Usage:MaxDuty=0.3.");
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
