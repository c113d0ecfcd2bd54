using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>Starts a cluster's server, whatever state the last one left. The caller holds the folder's lock.</summary>
internal sealed class ClusterStarter(
    ClusterFolder folder, ServerAccount account, PostgresInstallation installation, TimeProvider time)
{
    private const string CreateDatabase = "create database usage";

    /// <summary>One segment of the server's log of changes.</summary>
    private const long LeastFreeBytes = 16 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    public async Task StartAsync(IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.PasswordFile))
        {
            throw new LocalPostgresException($"The password of the cluster in {folder.Root} is gone: remove its data.");
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

            // A server of ours that recovers, orphans of one that was killed, a port just taken: all pass.
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new LocalPostgresException(
                    $"The server in {folder.Data} does not come up: {log.LastErrors() ?? problem}{FullDisk()}. Its log is {folder.LogFile}.");
            }

            await Task.Delay(BetweenTries, time, cancellationToken);
        }
    }

    /// <summary>A full disk often leaves no room for the line in the log that would say so.</summary>
    private string FullDisk() => new DriveInfo(folder.Root).AvailableFreeSpace is < LeastFreeBytes and var free
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $". The disk of {folder.Root} is full: {free >> 20} MiB are free")
        : "";

    /// <summary>Null, or why the server did not start.</summary>
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

    /// <summary>Null once the server takes connections and has its database, or why not.</summary>
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
