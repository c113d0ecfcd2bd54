using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Usage.Engine;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Exporting;
using Usage.Engine.Hosting;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the engine with a host's services.</summary>
public static class UsageEngineServiceCollectionExtensions
{
    /// <summary>
    /// Registers <c>IUsageEngine</c>, <c>IUsageRecorder</c>, <c>IUsageReports</c>, <c>UsageMigrator</c> and a hosted service that
    /// drains in the background. A service that is registered before is kept, so that a test can replace it. Uses the registered <c>NpgsqlDataSource</c>, which must map NodaTime types, unless <see
    /// cref="UsageEngineOptions.ConnectionString"/> is set.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options, which are validated when the host starts.</param>
    /// <exception cref="InvalidOperationException">The engine is already registered.</exception>
    public static IServiceCollection AddUsageEngine(this IServiceCollection services, Action<UsageEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.Register(options => options.Configure(configure ?? (_ => { })));
    }

    /// <summary>
    /// Registers the engine with options from a configuration section, such as <c>configuration.GetSection("Usage")</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">
    /// The section with the options, by property name; validated when the host starts. Other keys are ignored.
    /// <c>services.Configure&lt;UsageEngineOptions&gt;(…)</c> overrides the section.
    /// </param>
    /// <exception cref="ArgumentException">The argument is the configuration root instead of a section.</exception>
    /// <exception cref="InvalidOperationException">The engine is already registered.</exception>
    public static IServiceCollection AddUsageEngine(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        if (section is IConfigurationRoot)
        {
            throw new ArgumentException(
                $"The configuration root was passed. Pass a section: configuration.GetSection(\"{UsageEngineOptions.SectionName}\").", nameof(section));
        }

        return services.Register(options => options.Bind(section));
    }

    private static IServiceCollection Register(this IServiceCollection services, Action<OptionsBuilder<UsageEngineOptions>> set)
    {
        if (services.Any(service => service.ServiceType == typeof(EngineParts)))
        {
            throw new InvalidOperationException(
                "AddUsageEngine was called twice, but a host has one engine. Call it once, and set further options with "
                + "services.Configure<UsageEngineOptions>(…).");
        }

        var options = services.AddOptions<UsageEngineOptions>();
        set(options);
        options.ValidateOnStart();
        services.AddSingleton<IValidateOptions<UsageEngineOptions>, UsageEngineOptionsValidator>();
        services.AddSingleton<IValidateOptions<UsageEngineOptions>, DatabaseCheck>();
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineDatabase>();
        services.AddSingleton(provider => new EngineParts(
            provider.GetRequiredService<EngineDatabase>().Source,
            provider.GetRequiredService<IOptions<UsageEngineOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            new EngineMetrics(provider.GetRequiredService<IMeterFactory>()),
            standby: provider.GetRequiredService<EngineDatabase>().Reports));
        services.TryAddSingleton<IUsageEngine>(provider => provider.GetRequiredService<EngineParts>().Engine);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineParts>().Migrator);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineParts>().Prices);
        services.TryAddSingleton<IUsageReports>(provider => provider.GetRequiredService<EngineParts>().Reports);
        services.TryAddSingleton(provider => new UsageExports(
            provider.GetRequiredService<EngineParts>().ReportDatabase, provider.GetServices<ExportFormat>()));
        services.TryAddSingleton<IUsageRecorder>(provider => provider.GetRequiredService<EngineParts>().Recorder);
        services.AddSingleton<IHostedService>(provider =>
            provider.GetRequiredService<IOptions<UsageEngineOptions>>().Value.DrainInBackground
                ? provider.GetRequiredService<EngineParts>().Loop
                : new NoLoop(provider.GetRequiredService<EngineParts>().Start));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EngineParts>().GaugeWatch);
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EngineParts>().VerifySchedule);
        return services;
    }

    /// <summary>Checks the tables in a host that leaves draining to others.</summary>
    private sealed class NoLoop(EngineStart start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start.CheckAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
