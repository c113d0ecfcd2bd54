using Usage.Demo.LocalPostgres;

namespace Usage.Tests.Integration.Faults;

/// <summary>A test's own PostgreSQL server, which it can stop and start.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Quick = new() { ["fsync"] = "off", ["shared_buffers"] = "16MB" };

    private readonly LocalCluster cluster = new(
        Path.Combine(Path.GetTempPath(), $"usage-outage-{Guid.NewGuid():n}"), TimeProvider.System);

    /// <summary>Starts it, on the previous port if that is still free.</summary>
    public Task<string> StartAsync(CancellationToken cancellationToken) => cluster.StartAsync(Quick, cancellationToken);

    /// <summary>Stops it and closes all connections.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => cluster.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await cluster.DeleteAsync(CancellationToken.None);
}
