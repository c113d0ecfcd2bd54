using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Usage.Demo.LocalPostgres;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>How a server ends.</summary>
public enum ServerEnd
{
    /// <summary>Connections are cut, and what is committed is written.</summary>
    Fast,

    /// <summary>As a crash of the server: what was committed without waiting for the disk may be lost.</summary>
    Immediate,
}

/// <summary>A test's own PostgreSQL server, which it can stop and start.</summary>
/// <param name="folder">Where it is; null for a temporary folder.</param>
internal sealed class OwnServer(string? folder = null) : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Quick = new()
    {
        ["fsync"] = "off", ["shared_buffers"] = "16MB", ["max_wal_size"] = "64MB", ["min_wal_size"] = "32MB", ["wal_keep_size"] = "32MB",
    };

    private readonly ClusterFolder cluster = new(folder ?? ServerFolder.NewName("usage-outage"));

    private LocalCluster Server => new(cluster, TimeProvider.System);

    /// <summary>Starts it, on the previous port if that is still free.</summary>
    public Task<string> StartAsync(CancellationToken cancellationToken) => Server.StartAsync(Quick, cancellationToken);

    /// <summary>Stops it and closes all connections.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Server.StopAsync(cancellationToken);

    /// <summary>Ends it and waits until it has ended.</summary>
    public async Task EndAsync(ServerEnd end, CancellationToken cancellationToken)
    {
        if (end == ServerEnd.Fast)
        {
            await StopAsync(cancellationToken);
            return;
        }

        var pid = (await File.ReadAllLinesAsync(cluster.PidFile, cancellationToken))[0];
        using var postmaster = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -s QUIT {pid}"]);
        await kill.WaitForExitAsync(cancellationToken);
        await postmaster.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Server.StopAsync(CancellationToken.None);
        await Server.DeleteAsync(CancellationToken.None);
    }
}

/// <summary>A server for the tests of a class, with the application's tables and Usage's.</summary>
public sealed class OwnServerFixture : IAsyncLifetime
{
    private readonly OwnServer server = new();

    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var address = await server.StartAsync(CancellationToken.None);
        await TemplateSchema.InstallAsync(address);
        Database = new(address);
    }

    /// <summary>Ends the server.</summary>
    public Task EndAsync(ServerEnd end, CancellationToken cancellationToken) => server.EndAsync(end, cancellationToken);

    /// <summary>Starts it at the same address.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        Database.DataSource.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await server.DisposeAsync();
    }
}
