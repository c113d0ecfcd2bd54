using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>
/// A private PostgreSQL cluster in a folder, on loopback. The server is a daemon that runs until <see cref="StopAsync"/>. Safe
/// for concurrent use by several processes.
/// </summary>
internal sealed class LocalCluster(ClusterFolder folder, TimeProvider time, Action<string>? note = null)
{
    public LocalCluster(string folder, TimeProvider time)
        : this(new ClusterFolder(folder), time)
    {
    }

    /// <summary>The connection string, if the cluster is running.</summary>
    public async Task<string?> FindRunningAsync(CancellationToken cancellationToken) =>
        Postmaster.IsAlive(folder)
        && folder.ConnectionString() is { } connectionString
        && await AnswersAsync(connectionString, cancellationToken)
            ? connectionString : null;

    /// <summary>Creates and starts the cluster if necessary, and returns its connection string.</summary>
    /// <param name="settings">
    /// Settings that override postgresql.conf, such as fsync=off. Ignored if the server is already running.
    /// </param>
    /// <param name="cancellationToken">A server that is already starting may still come up.</param>
    /// <exception cref="LocalPostgresException">
    /// No suitable server binaries are installed, or the server does not start.
    /// </exception>
    public async Task<string> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        if (await FindRunningAsync(cancellationToken) is { } running)
        {
            return running;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder.Root)!);
        Directory.CreateDirectory(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var turn = await FolderLock.TakeAsync(folder.LockFile, time, cancellationToken);
        if (await FindRunningAsync(cancellationToken) is { } startedMeanwhile)
        {
            return startedMeanwhile;
        }

        if (folder.DataVersion is not null && !folder.IsOurs)
        {
            throw new LocalPostgresException(
                $"The data in {folder.Data} does not seem to be Usage's: {folder.MarkFile} is missing. Set USAGE_HOME to another folder, or create that file if it is.");
        }

        var account = await ServerAccount.FindAsync(cancellationToken);
        await account.OwnAsync(folder.Root, cancellationToken);
        var installation = await ChooseAsync(cancellationToken);
        if (folder.DataVersion is null)
        {
            note?.Invoke($"Creating a PostgreSQL {installation.Version} cluster in {folder.Root}");
            var durable = settings?.GetValueOrDefault("fsync") != "off";
            await new ClusterMaker(folder, account, installation).MakeAsync(durable, cancellationToken);
        }

        await new ClusterStarter(folder, account, installation, time).StartAsync(settings, cancellationToken);
        return folder.ConnectionString()!;
    }

    /// <summary>Stops the server if it is running, and closes open connections.</summary>
    /// <returns>Whether it was running.</returns>
    public async Task<bool> StopAsync(CancellationToken cancellationToken = default)
    {
        if (!Postmaster.IsAlive(folder))
        {
            return false;
        }

        var installation = await ChooseAsync(cancellationToken);
        var account = await ServerAccount.FindAsync(cancellationToken);
        var stopped = await account.RunAsync(
            installation.PgCtl, ["stop", "-D", folder.Data, "-m", "fast", "-w", "-t", "120", "-s"], cancellationToken);
        return stopped.Succeeded || !Postmaster.IsAlive(folder)
            ? true
            : throw new LocalPostgresException($"The server in {folder.Data} did not stop: {stopped.LastWords}");
    }

    /// <summary>Stops the server and removes its data.</summary>
    /// <returns>Whether there was any data.</returns>
    /// <exception cref="LocalPostgresException">The folder is not Usage's, or a program is connected to the server.</exception>
    public async Task<bool> DeleteAsync(CancellationToken cancellationToken = default)
    {
        if (!folder.HasData)
        {
            return false;
        }

        if (!folder.IsOurs)
        {
            throw new LocalPostgresException(
                $"Nothing in {folder.Root} was removed: {folder.MarkFile} is missing, so Usage may not have created it. Remove it by hand if you are sure.");
        }

        using var turn = await FolderLock.TakeAsync(folder.LockFile, time, cancellationToken);
        if (await FindRunningAsync(cancellationToken) is { } running
            && await ClusterUsers.StayingAsync(running, time, cancellationToken) is [_, ..] users)
        {
            throw new LocalPostgresException(
                $"The server in {folder.Data} is in use by {string.Join(", ", users)}. Stop them, or the server with './usage stop', before reset.");
        }

        await StopAsync(cancellationToken);
        folder.Remove();
        return true;
    }

    private async Task<PostgresInstallation> ChooseAsync(CancellationToken cancellationToken)
    {
        var installations = await PostgresInstallation.FindAllAsync(cancellationToken);
        if (folder.DataVersion is { } version)
        {
            return installations.FirstOrDefault(each => each.Major == version) ?? throw new LocalPostgresException(
                $"The data in {folder.Data} needs PostgreSQL {version}, which is not installed. Install it, or remove the data.");
        }

        return installations is [var newest, ..] ? newest : throw new LocalPostgresException(
            $"No PostgreSQL server binaries of version {PostgresInstallation.OldestMajor} or newer were found.");
    }

    private static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Timeout=5;Pooling=false");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
