using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Engines;

/// <summary>An engine as one replica has it, with connections of its own, which carry the replica's name.</summary>
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

    public UsageEngine Engine => Parts.Engine;

    public static TestEngine On(
        TestDatabase database, IDrainObserver? observer = null, Action<UsageEngineOptions>? configure = null,
        Action<NpgsqlConnectionStringBuilder>? address = null, TimeProvider? time = null)
    {
        UsageEngineOptions options = new() { ReplicaName = $"replica {Guid.NewGuid():n}", PollInterval = TimeSpan.FromMilliseconds(10) };
        configure?.Invoke(options);
        var source = database.Connect(builder =>
        {
            builder.ApplicationName = options.ReplicaName;
            address?.Invoke(builder);
        });
        return new(source, options, new(
            source, Options.Create(options), time ?? TimeProvider.System, NullLoggerFactory.Instance, new(new Meters()), observer));
    }

    /// <summary>One look over the journal, with one drain at a time.</summary>
    public Task<RoundResult> RoundAsync(CancellationToken cancellationToken) => RoundAsync(horizon: null, cancellationToken);

    /// <summary>One look over the marks beyond a horizon, with one drain at a time.</summary>
    public Task<RoundResult> RoundAsync(MarkHorizon? horizon, CancellationToken cancellationToken) =>
        Parts.Round.RunAsync(plan, horizon, workspaceId: null, progress: null, cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
