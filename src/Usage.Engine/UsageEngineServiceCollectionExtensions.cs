using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Hosting;
using Usage.Engine.Recording;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the engine with a host.</summary>
public static class UsageEngineServiceCollectionExtensions
{
    /// <summary>
    /// Registers <c>UsageEngine</c>, <c>IUsageRecorder</c>, <c>UsageReports</c>, <c>UsageMigrator</c> and a hosted service that drains in the background.
    /// Takes the <c>NpgsqlDataSource</c> that is registered, which must map NodaTime types, unless
    /// <see cref="UsageEngineOptions.ConnectionString"/> is set.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options; they are validated when the host starts.</param>
    public static IServiceCollection AddUsageEngine(this IServiceCollection services, Action<UsageEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<UsageEngineOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineDatabase>();
        services.TryAddSingleton(provider => new EngineParts(
            provider.GetRequiredService<EngineDatabase>().Source,
            provider.GetRequiredService<IOptions<UsageEngineOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            new EngineMetrics(provider.GetRequiredService<IMeterFactory>())));
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineParts>().Engine);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineParts>().Migrator);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineParts>().Prices);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineParts>().Reports);
        services.TryAddSingleton<IUsageRecorder>(provider => provider.GetRequiredService<EngineParts>().Recorder);
        services.AddSingleton<IHostedService>(provider =>
            provider.GetRequiredService<IOptions<UsageEngineOptions>>().Value.DrainInBackground
                ? provider.GetRequiredService<EngineParts>().Loop
                : new NoLoop(provider.GetRequiredService<EngineParts>().Start));
        return services;
    }

    /// <summary>The host's data source, or one of the engine's own, which it then disposes of.</summary>
    private sealed class EngineDatabase(IServiceProvider provider, IOptions<UsageEngineOptions> options) : IAsyncDisposable, IDisposable
    {
        private readonly NpgsqlDataSource? own = Own(options.Value.ConnectionString);

        public NpgsqlDataSource Source => own ?? provider.GetService<NpgsqlDataSource>()
            ?? throw new InvalidOperationException(
                "The engine has no database: register an NpgsqlDataSource with the host, or set UsageEngineOptions.ConnectionString.");

        public void Dispose() => own?.Dispose();

        public ValueTask DisposeAsync() => own?.DisposeAsync() ?? ValueTask.CompletedTask;

        private static NpgsqlDataSource? Own(string? connectionString)
        {
            if (connectionString is null)
            {
                return null;
            }

            NpgsqlDataSourceBuilder builder = new(connectionString);
            builder.UseNodaTime();
            return builder.Build();
        }
    }

    /// <summary>A host that leaves the draining to others relies on the same tables.</summary>
    private sealed class NoLoop(EngineStart start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start.CheckAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
