using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
        return Add(builder, key: null, name, tags, timeout);
    }

    /// <summary>Adds a health check for an engine that has a key.</summary>
    /// <param name="builder">The host's health checks. The host must also call <c>AddKeyedUsageEngine</c> with the key.</param>
    /// <param name="serviceKey">The engine's key.</param>
    /// <param name="name">Name of the check. Default: <c>usage:</c> and the key.</param>
    /// <param name="tags">Tags for filtering checks; null for none.</param>
    /// <param name="timeout">Time after which the database counts as unreachable. Default: 5 s.</param>
    public static IHealthChecksBuilder AddKeyedUsage(
        this IHealthChecksBuilder builder, string serviceKey, string? name = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceKey);
        return Add(builder, serviceKey, name ?? $"usage:{serviceKey}", tags, timeout);
    }

    private static IHealthChecksBuilder Add(IHealthChecksBuilder builder, string? key, string name, IEnumerable<string>? tags, TimeSpan? timeout)
    {
        builder.Services.TryAddKeyedSingleton(key, (provider, _) => Create(provider, key));
        return builder.Add(new HealthCheckRegistration(
            name, provider => provider.Of<UsageHealthCheck>(key), HealthStatus.Unhealthy, tags, timeout ?? TimeSpan.FromSeconds(5)));
    }

    private static UsageHealthCheck Create(IServiceProvider provider, string? key)
    {
        var parts = (key is null ? provider.GetService<EngineParts>() : provider.GetKeyedService<EngineParts>(key)) ?? throw new InvalidOperationException(
            key is null
                ? "AddUsage() needs the engine: call AddUsageEngine as well."
                : $"AddKeyedUsage(\"{key}\") needs the engine: call AddKeyedUsageEngine(\"{key}\") as well.");
        var options = EngineRegistration.OptionsOf(provider, key);
        return new(new HealthReader(parts.Database, options, parts.ReportDatabase), options, provider.GetRequiredService<TimeProvider>());
    }
}
