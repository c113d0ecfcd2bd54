using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Usage.Engine;
using Usage.Engine.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the engine to a host's health checks.</summary>
public static class UsageHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check for the engine. Unhealthy: the database is unreachable, or the schema is missing or out of date.
    /// Degraded: no loop drains, marks are old, draining fails, something is set aside, the engine is paused, or a trigger is
    /// missing or disabled, or a standby does not serve reports. The result's data contains a <see cref="UsageHealthFinding"/> for each, by name. The thresholds are
    /// <see cref="UsageEngineOptions.HeartbeatTimeout"/> and <see cref="UsageEngineOptions.HealthMarkAge"/>.
    /// </summary>
    /// <param name="builder">The host's health checks. The host must also call <c>AddUsageEngine</c>.</param>
    /// <param name="name">Name of the check. Default: <c>usage</c>.</param>
    /// <param name="tags">Tags for filtering checks; null for none.</param>
    /// <param name="timeout">Time after which the database counts as unreachable. Default: 5 s.</param>
    public static IHealthChecksBuilder AddUsage(
        this IHealthChecksBuilder builder, string name = "usage", IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(provider => new UsageHealthCheck(
            new HealthReader(
                (provider.GetService<EngineParts>() ?? throw new InvalidOperationException(
                    "AddUsage() needs the engine: call AddUsageEngine as well.")).Database,
                provider.GetRequiredService<IOptions<UsageEngineOptions>>(), provider.GetRequiredService<EngineParts>().ReportDatabase),
            provider.GetRequiredService<IOptions<UsageEngineOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return builder.Add(new HealthCheckRegistration(
            name, provider => provider.GetRequiredService<UsageHealthCheck>(), HealthStatus.Unhealthy, tags,
            timeout ?? TimeSpan.FromSeconds(5)));
    }
}
