using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Usage.Demo.LocalPostgres;

namespace Usage.Tests.Integration.Poolers;

/// <summary>
/// A PgBouncer in transaction mode in front of the tests' server, on loopback, with default settings except for addresses and
/// pool sizes. When the test ends or the run is killed, a guardian process notices that its standard input closes and stops it.
/// </summary>
internal sealed partial class PgBouncer : IAsyncDisposable
{
    // Another program may run the pooler as an unprivileged user; its process id is in its folder.
    private const string Guardian = """
        trap '' INT HUP TERM
        folder=$1
        shift
        "$@" > "$folder/output" 2>&1 &
        cat > /dev/null
        kill -KILL "$(cat "$folder/pid")"
        wait
        rm -rf "$folder"
        """;

    private static readonly SemaphoreSlim Installing = new(1);

    private readonly Process guardian;
    private readonly int port;

    private PgBouncer(Process guardian, int port, Version version)
    {
        this.guardian = guardian;
        this.port = port;
        Version = version;
    }

    public Version Version { get; }

    /// <summary>Starts a PgBouncer.</summary>
    /// <param name="server">A connection string of the server behind it.</param>
    /// <param name="poolSize">Maximum number of server connections per database.</param>
    /// <param name="settings">Additional configuration lines.</param>
    public static async Task<PgBouncer> StartAsync(string server, int poolSize, params string[] settings)
    {
        var program = await FindAsync();
        var version = VersionPattern().Match((await ExternalProgram.RunAsync(program, ["--version"], CancellationToken.None)).Output);
        var account = await ServerAccount.FindAsync(CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("usage-pooler-").FullName;
        var port = LoopbackPort.PickFree();
        NpgsqlConnectionStringBuilder address = new(server);
        var users = Path.Combine(folder, "users");
        await File.WriteAllTextAsync(users, $"\"{address.Username}\" \"{address.Password}\"\n");
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "ini"),
            [
                "[databases]",
                string.Create(CultureInfo.InvariantCulture, $"* = host={address.Host} port={address.Port}"),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                string.Create(CultureInfo.InvariantCulture, $"listen_port = {port}"),
                "unix_socket_dir =",
                $"pidfile = {Path.Combine(folder, "pid")}",
                "auth_type = scram-sha-256",
                $"auth_file = {users}",
                "pool_mode = transaction",
                string.Create(CultureInfo.InvariantCulture, $"default_pool_size = {poolSize}"),
                .. settings,
            ]);
        foreach (var path in new[] { folder, users, Path.Combine(folder, "ini") })
        {
            await account.OwnAsync(path, CancellationToken.None);
        }

        var guardian = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", Guardian, "usage-pooler-guardian", folder, .. account.CommandLine(program, ["--quiet", Path.Combine(folder, "ini")])])
        {
            RedirectStandardInput = true,
        })!;
        PgBouncer pooler = new(guardian, port, Version.Parse(version.Value));
        try
        {
            await pooler.AnswersAsync(server, Path.Combine(folder, "output"));
            return pooler;
        }
        catch
        {
            await pooler.DisposeAsync();
            throw;
        }
    }

    /// <summary>Redirects a connection string to it, keeping user name and password.</summary>
    public void Route(NpgsqlConnectionStringBuilder address)
    {
        address.Host = "127.0.0.1";
        address.Port = port;
    }

    /// <summary>The connection string through the pooler.</summary>
    public string Route(string connectionString)
    {
        NpgsqlConnectionStringBuilder address = new(connectionString);
        Route(address);
        return address.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        guardian.StandardInput.Close();
        await guardian.WaitForExitAsync();
        guardian.Dispose();
    }

    private static async Task<string> FindAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (ProgramPath.Find("pgbouncer") is null && await AptPackage.CanInstallAsync(CancellationToken.None))
            {
                await AptPackage.InstallAsync("pgbouncer", CancellationToken.None);
            }

            return ProgramPath.Find("pgbouncer")
                ?? throw new InvalidOperationException("These tests need PgBouncer: install it (Debian, Ubuntu: apt-get install pgbouncer).");
        }
        finally
        {
            Installing.Release();
        }
    }

    private async Task AnswersAsync(string server, string output)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using NpgsqlConnection connection = new(Route(server) + ";Pooling=false;Timeout=5");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException error) when (time.GetElapsedTime(started) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException(
                    $"PgBouncer does not answer: {error.Message} {(File.Exists(output) ? await File.ReadAllTextAsync(output) : "")}", error);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time);
            }
        }
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex VersionPattern();
}
