using System.Diagnostics;
using Usage.Demo.LocalPostgres;

namespace Usage.Tests.Integration.Databases;

/// <summary>
/// A cluster in a folder of its own, on loopback, using the installed server binaries. When the test run ends or is killed, a
/// guardian process notices that its standard input closes, stops the server and deletes the folder.
/// </summary>
internal sealed class PrivateCluster : IPostgresServer
{
    private const string Guardian = """
        trap '' INT HUP TERM
        cat > /dev/null
        pid=$(head -n 1 "$1"/data/postmaster.pid) && kill -QUIT "$pid"
        while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
        rm -rf "$1"
        """;

    private static readonly Dictionary<string, string> FastNotDurable = new()
    {
        ["fsync"] = "off", ["synchronous_commit"] = "off", ["full_page_writes"] = "off", ["max_connections"] = "300",
    };

    private readonly Process guardian;

    private PrivateCluster(Process guardian, string connectionString)
    {
        this.guardian = guardian;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>Starts a cluster; null if no suitable server binaries are installed.</summary>
    public static async Task<PrivateCluster?> TryStartAsync()
    {
        if (await PostgresInstallation.FindAllAsync(CancellationToken.None) is [])
        {
            return null;
        }

        var folder = ServerFolder.Create("usage-tests");
        var guardian = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guardian, "usage-tests-guardian", folder])
        {
            RedirectStandardInput = true,
        })!;
        return new(guardian, await new LocalCluster(folder, TimeProvider.System).StartAsync(FastNotDurable));
    }

    public async ValueTask DisposeAsync()
    {
        guardian.StandardInput.Close();
        await guardian.WaitForExitAsync();
        guardian.Dispose();
    }
}
