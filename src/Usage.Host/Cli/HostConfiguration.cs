namespace Usage.Host.Cli;

/// <summary>The program's settings: appsettings.json beside the program, then the environment, then flags.</summary>
internal static class HostConfiguration
{
    public static IConfiguration Read(IReadOnlyList<string>? settings) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .AddInMemoryCollection((settings ?? []).Select(Split))
        .Build();

    private static KeyValuePair<string, string?> Split(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(setting[..equals], setting[(equals + 1)..])
            : throw new UsageConfigurationException($"--set is '{setting}': it takes KEY=VALUE, such as Usage:MaxDuty=0.3.");
    }
}
