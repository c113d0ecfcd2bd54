using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Engines;

/// <summary>The engine of one replica, with its own connections, whose application name is the replica's name.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly RoundPlan plan;

    private TestEngine(NpgsqlDataSource source, UsageEngineOptions options, EngineParts parts)
    {
        this.source = source;
        plan = RoundPlan.Background(options);
        Parts = parts;
    }

    public EngineParts Parts { get; }

    public IUsageEngine Engine => Parts.Engine;

    public static TestEngine On(
        TestDatabase database, IDrainObserver? observer = null, Action<UsageEngineOptions>? configure = null,
        Action<NpgsqlConnectionStringBuilder>? address = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        var options = Options(configure);
        var source = database.Connect(builder =>
        {
            builder.ApplicationName = options.ReplicaName;
            address?.Invoke(builder);
        });
        return On(source, options, observer, time, loggers);
    }

    /// <summary>Creates an engine on another database; the engine disposes of the data source.</summary>
    public static TestEngine On(NpgsqlDataSource source, ILoggerFactory? loggers = null) => On(source, Options(null), null, null, loggers);

    /// <summary>Runs one round with one drain at a time.</summary>
    public Task<RoundResult> RoundAsync(CancellationToken cancellationToken) => RoundAsync(horizon: null, cancellationToken);

    /// <summary>Runs one round on the marks beyond a horizon, with one drain at a time.</summary>
    public Task<RoundResult> RoundAsync(MarkHorizon? horizon, CancellationToken cancellationToken) =>
        Parts.Round.RunAsync(plan, horizon, workspaceId: null, progress: null, cancellationToken);

    private static UsageEngineOptions Options(Action<UsageEngineOptions>? configure)
    {
        UsageEngineOptions options = new() { ReplicaName = $"replica {Guid.NewGuid():n}", PollInterval = TimeSpan.FromMilliseconds(10) };
        configure?.Invoke(options);
        return options;
    }

    private static TestEngine On(
        NpgsqlDataSource source, UsageEngineOptions options, IDrainObserver? observer, TimeProvider? time, ILoggerFactory? loggers) =>
        new(source, options, new(
            source, Microsoft.Extensions.Options.Options.Create(options), time ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance, new(new Meters()), observer));

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
