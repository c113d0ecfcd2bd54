namespace Usage.Host.Telemetry;

/// <summary>What the program exports of itself.</summary>
internal sealed record TelemetryOptions(MetricsOptions Metrics, TracesOptions Traces)
{
    /// <exception cref="UsageConfigurationException">A setting is not allowed.</exception>
    public static TelemetryOptions Read(IConfiguration configuration) => new(
        Bound<MetricsOptions>(configuration, MetricsOptions.SectionName), Bound<TracesOptions>(configuration, TracesOptions.SectionName));

    private static T Bound<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        T options = new();
        try
        {
            configuration.GetSection(section).Bind(options);
            return options;
        }
        catch (InvalidOperationException error)
        {
            throw new UsageConfigurationException($"{error.Message} {error.InnerException?.Message}".TrimEnd());
        }
    }
}
