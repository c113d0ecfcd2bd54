using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Histories;

/// <summary>The hosts of a history. Each has its own connections, which can be identified and killed.</summary>
internal sealed class HistoryHosts : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly Action<NpgsqlConnectionStringBuilder>? route;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> connections = [];

    /// <param name="database">The database of the histories.</param>
    /// <param name="superuser">Whether the deadlock timeout can be shortened.</param>
    /// <param name="route">The address that hosts connect to; null for the server itself, like the writers.</param>
    public HistoryHosts(TestDatabase database, bool superuser, Action<NpgsqlConnectionStringBuilder>? route = null)
    {
        this.database = database;
        this.route = route;
        var patience = superuser ? "-c lock_timeout=250 -c deadlock_timeout=20" : "-c lock_timeout=250";
        Writers = database.Connect(builder => builder.Options = patience);
    }

    /// <summary>Connections with short lock timeouts.</summary>
    public NpgsqlDataSource Writers { get; }

    /// <summary>Starts a host's engine with very short timeouts.</summary>
    public EngineParts Start(
        string name, IDrainObserver? observer, ILoggerFactory loggers, TimeSpan? silenceAllowed = null) => new(
        connections.GetOrAdd(
            name,
            static (name, hosts) => hosts.database.Connect(builder =>
            {
                builder.ApplicationName = name;
                hosts.route?.Invoke(builder);
            }),
            this),
        Options.Create(new UsageEngineOptions
        {
            ReplicaName = name,
            AutoBackfill = false,
            PollInterval = TimeSpan.FromMilliseconds(2),
            MaxDuty = 1,
            BackfillDuty = 1,
            MaxHoursPerBatch = 4,
            MinBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(8),
            SilentHostTimeout = silenceAllowed ?? TimeSpan.FromSeconds(30),
        }),
        TimeProvider.System, loggers, new EngineMetrics(services.GetRequiredService<IMeterFactory>()), observer);

    /// <summary>
    /// Closes the hosts' idle connections, so that a history doesn't inherit a dead one from the previous history.
    /// </summary>
    public void Disconnect()
    {
        foreach (var connection in connections.Values)
        {
            connection.Clear();
        }
    }

    /// <summary>Terminates the backend of one of a host's connections.</summary>
    public Task KillBackendAsync(string name) => database.ExecuteAsync(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = @name
        order by random() limit 1
        """,
        new { name });

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections.Values)
        {
            await connection.DisposeAsync();
        }

        await Writers.DisposeAsync();
        await services.DisposeAsync();
    }
}
