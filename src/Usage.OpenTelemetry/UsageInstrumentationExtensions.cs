using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OpenTelemetry;

/// <summary>Adds the Usage engine's traces and metrics to an OpenTelemetry pipeline.</summary>
public static class UsageInstrumentationExtensions
{
    /// <summary>The name of the engine's <c>ActivitySource</c> and <c>Meter</c>.</summary>
    private const string EngineName = "Usage.Engine";

    /// <summary>Exports a span for each drain, with its steps as events.</summary>
    /// <param name="builder">The tracing pipeline.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static TracerProviderBuilder AddUsageInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(EngineName);
    }

    /// <summary>Exports the engine's instruments, all named <c>usage.*</c>.</summary>
    /// <param name="builder">The metrics pipeline.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static MeterProviderBuilder AddUsageInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(EngineName);
    }
}
