using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Usage.Tests.Integration.Databases;

/// <summary>
/// A cluster of the installed server binaries, in a temporary folder, on loopback. A guardian process holds it: as soon as
/// its standard input ends, because the run is over or was killed, it stops the server and deletes the folder.
/// </summary>
internal sealed class PrivateCluster : IPostgresServer
{
    private const string Guardian = """
        set -eu
        trap '' INT HUP TERM
        bin=$1 folder=$2 port=$3
        if [ "$(id -u)" = 0 ]; then
            owner=$(id -u postgres 2>/dev/null || id -u nobody)
            chown -R "$owner" "$folder"
            unprivileged="setpriv --reuid=$owner --regid=$(id -g "$owner") --clear-groups"
        else
            unprivileged=
        fi
        cd "$folder"
        trap 'cd /; rm -rf "$folder"' EXIT
        $unprivileged "$bin/initdb" -D data -U usage -A scram-sha-256 --pwfile=password -E UTF8 --locale=C --no-sync > /dev/null
        address="-h 127.0.0.1 -p $port -k $folder"
        settings="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
        $unprivileged "$bin/pg_ctl" start -w -s -D data -l log -o "$address $settings" || { cat log >&2; exit 1; }
        echo ready
        cat > /dev/null
        $unprivileged "$bin/pg_ctl" stop -w -s -D data -m immediate
        """;

    private readonly Process guardian;

    private PrivateCluster(Process guardian, string connectionString)
    {
        this.guardian = guardian;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>The folder of the newest server binaries, 15 or newer; null when there are none.</summary>
    public static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(folder => 
                (Version: int.TryParse(Path.GetFileName(folder), out var version) ? version : 0, Folder: $"{folder}/bin"))
            .Where(server => server.Version >= 15 && File.Exists($"{server.Folder}/initdb"))
            .OrderByDescending(server => server.Version)
            .Select(server => server.Folder)
            .FirstOrDefault()
        : null;

    public static async Task<PrivateCluster> StartAsync(string binaries)
    {
        var folder = Directory.CreateTempSubdirectory("usage-tests-").FullName;
        var password = RandomNumberGenerator.GetHexString(32);
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), password);
        var port = FreePort();

        string[] arguments = ["-c", Guardian, "usage-tests-postgres", binaries, folder, $"{port}"];
        var guardian = Process.Start(new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (await guardian.StandardOutput.ReadLineAsync() is not "ready")
        {
            throw new InvalidOperationException($"PostgreSQL did not start: {await guardian.StandardError.ReadToEndAsync()}");
        }

        var address = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Username = "usage", Password = password, Database = "postgres",
        };
        return new(guardian, address.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        guardian.StandardInput.Close();
        await guardian.WaitForExitAsync();
        guardian.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
