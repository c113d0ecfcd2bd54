using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>Starts a cluster's server, whatever state the previous one left. The caller holds the folder's lock.</summary>
internal sealed class ClusterStarter(
    ClusterFolder folder, ServerAccount account, PostgresInstallation installation, TimeProvider time)
{
    private const string CreateDatabase = "create database usage";

    /// <summary>The size of one WAL segment.</summary>
    private const long LeastFreeBytes = 16 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    public async Task StartAsync(IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.PasswordFile))
        {
            throw new LocalPostgresException($"The password file of the cluster in {folder.Root} is missing. Remove its data.");
        }

        var start = time.GetTimestamp();
        var log = ServerLogEnd.At(folder.LogFile);
        while (true)
        {
            var problem = Postmaster.IsAlive(folder) ? null : await LaunchAsync(settings, cancellationToken);
            problem ??= await ReachAsync(cancellationToken);
            if (problem is null)
            {
                return;
            }

            // All of these are transient: recovery of our server, orphans of a killed one, a port that was just taken.
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new LocalPostgresException(
                    $"The server in {folder.Data} did not start: {log.LastErrors() ?? problem}{FullDisk()}. See its log, {folder.LogFile}.");
            }

            await Task.Delay(BetweenTries, time, cancellationToken);
        }
    }

    /// <summary>A full disk often leaves no room for the log line that would report it.</summary>
    private string FullDisk() => new DriveInfo(folder.Root).AvailableFreeSpace is < LeastFreeBytes and var free
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $". The disk of {folder.Root} is full: {free >> 20} MiB free")
        : "";

    /// <summary>Returns null, or the reason why the server did not start.</summary>
    private async Task<string?> LaunchAsync(IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        Postmaster.DisownStalePid(folder);
        var port = folder.Port is { } last && LoopbackPort.IsFree(last) ? last : LoopbackPort.PickFree();
        folder.WritePort(port);
        ClusterSettings.Write(folder.Data, port, settings);
        var started = await account.RunAsync(
            installation.PgCtl, ["start", "-D", folder.Data, "-l", folder.LogFile, "-w", "-t", "30", "-s"], cancellationToken);
        return started.Succeeded ? null : started.LastWords;
    }

    /// <summary>Returns null once the server accepts connections and has its database, or the reason why not.</summary>
    private async Task<string?> ReachAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(folder.ConnectionString("postgres") + ";Timeout=5;Pooling=false");
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(CreateDatabase, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            return null;
        }
        catch (NpgsqlException error)
        {
            return error.Message;
        }
    }
}
