using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Exporting;
using Usage.Engine.Hosting;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;

namespace Usage.Engine;

/// <summary>Registers the services of one engine: under its key, or without a key for the host's only or main engine.</summary>
internal static class EngineRegistration
{
    public static IServiceCollection Add(IServiceCollection services, string? key, Action<OptionsBuilder<UsageEngineOptions>> set)
    {
        RefuseTwice(services, key);
        AddOptions(services, key, set);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(key, (provider, _) => new EngineDatabase(provider, key, OptionsOf(provider, key)));
        services.AddKeyedSingleton(key, (provider, _) => new EngineParts(
            provider.Of<EngineDatabase>(key).Source,
            OptionsOf(provider, key),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            new EngineMetrics(provider.GetRequiredService<IMeterFactory>(), key),
            standby: provider.Of<EngineDatabase>(key).Reports,
            key: key));
        services.TryAddKeyedSingleton<IUsageEngine>(key, (provider, _) => provider.Of<EngineParts>(key).Engine);
        services.TryAddKeyedSingleton(key, (provider, _) => provider.Of<EngineParts>(key).Migrator);
        services.TryAddKeyedSingleton(key, (provider, _) => provider.Of<EngineParts>(key).Prices);
        services.TryAddKeyedSingleton<IUsageReports>(key, (provider, _) => provider.Of<EngineParts>(key).Reports);
        services.TryAddKeyedSingleton(key, (provider, _) => new UsageExports(
            provider.Of<EngineParts>(key).ReportDatabase, provider.GetServices<ExportFormat>()));
        services.TryAddKeyedSingleton<IUsageRecorder>(key, (provider, _) => provider.Of<EngineParts>(key).Recorder);
        AddHosted(services, key);
        return services;
    }

    /// <summary>A service of the engine with a key; null: of the one without.</summary>
    public static T Of<T>(this IServiceProvider provider, string? key) where T : notnull =>
        key is null ? provider.GetRequiredService<T>() : provider.GetRequiredKeyedService<T>(key);

    public static IOptions<UsageEngineOptions> OptionsOf(IServiceProvider provider, string? key) => key is null
        ? provider.GetRequiredService<IOptions<UsageEngineOptions>>()
        : Options.Create(provider.GetRequiredService<IOptionsMonitor<UsageEngineOptions>>().Get(key));

    private static void RefuseTwice(IServiceCollection services, string? key)
    {
        if (services.Any(service => service.ServiceType == typeof(EngineParts) && Equals(service.ServiceKey, key)))
        {
            throw new InvalidOperationException(key is null
                ? "AddUsageEngine was called twice, but a host has one engine without a key. Call it once, and set further options with "
                    + "services.Configure<UsageEngineOptions>(…). For another database, use AddKeyedUsageEngine."
                : $"AddKeyedUsageEngine was called twice with the key '{key}'. Each engine needs a key of its own; set further options with "
                    + $"services.Configure<UsageEngineOptions>(\"{key}\", …).");
        }
    }

    private static void AddOptions(IServiceCollection services, string? key, Action<OptionsBuilder<UsageEngineOptions>> set)
    {
        var options = services.AddOptions<UsageEngineOptions>(key);
        set(options);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<UsageEngineOptions>, UsageEngineOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<UsageEngineOptions>, DatabaseCheck>());
    }

    private static void AddHosted(IServiceCollection services, string? key)
    {
        services.AddSingleton<IHostedService>(provider => OptionsOf(provider, key).Value.DrainInBackground
            ? provider.Of<EngineParts>(key).Loop
            : new NoLoop(provider.Of<EngineParts>(key).Start));
        services.AddSingleton<IHostedService>(provider => provider.Of<EngineParts>(key).GaugeWatch);
        services.AddSingleton<IHostedService>(provider => provider.Of<EngineParts>(key).VerifySchedule);
    }

    /// <summary>Checks the tables in a host that leaves draining to others.</summary>
    private sealed class NoLoop(EngineStart start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start.CheckAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
