using Usage.Demo.LocalPostgres;

namespace Usage.Tests.Integration.Faults;

/// <summary>A PostgreSQL of the test's own, to stop and start.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Quick = new() { ["fsync"] = "off", ["shared_buffers"] = "16MB" };

    private readonly LocalCluster cluster = new(
        Path.Combine(Path.GetTempPath(), $"usage-outage-{Guid.NewGuid():n}"), TimeProvider.System);

    /// <summary>Starts it, at the port that it had before as long as nobody else took that.</summary>
    public Task<string> StartAsync(CancellationToken cancellationToken) => cluster.StartAsync(Quick, cancellationToken);

    /// <summary>Stops it; connections are cut.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => cluster.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await cluster.DeleteAsync(CancellationToken.None);
}
