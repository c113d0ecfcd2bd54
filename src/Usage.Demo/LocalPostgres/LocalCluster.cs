using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>
/// A private PostgreSQL cluster in a folder, on loopback. The server belongs to no process: it stays up until
/// <see cref="StopAsync"/>. Safe to call from several processes at once.
/// </summary>
internal sealed class LocalCluster(ClusterFolder folder, TimeProvider time, Action<string>? note = null)
{
    public LocalCluster(string folder, TimeProvider time)
        : this(new ClusterFolder(folder), time)
    {
    }

    /// <summary>The connection string, if the cluster is up.</summary>
    public async Task<string?> FindRunningAsync(CancellationToken cancellationToken) =>
        Postmaster.IsAlive(folder)
        && folder.ConnectionString() is { } connectionString
        && await AnswersAsync(connectionString, cancellationToken)
            ? connectionString : null;

    /// <summary>Makes the cluster if there is none, starts it unless it is up, and returns its connection string.</summary>
    /// <param name="settings">postgresql.conf settings that override ours, such as fsync=off; for a server that is started now.</param>
    /// <param name="cancellationToken">A server whose start is under way may still come up.</param>
    /// <exception cref="LocalPostgresException">There are no server binaries that fit, or the server does not start.</exception>
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
                $"The data in {folder.Data} is not Usage's: {folder.MarkFile} is missing. Set USAGE_HOME to another folder, or make that file if it is.");
        }

        var account = await ServerAccount.FindAsync(cancellationToken);
        await account.OwnAsync(folder.Root, cancellationToken);
        var installation = await ChooseAsync(cancellationToken);
        if (folder.DataVersion is null)
        {
            note?.Invoke($"Making a PostgreSQL {installation.Version} cluster in {folder.Root}");
            var durable = settings?.GetValueOrDefault("fsync") != "off";
            await new ClusterMaker(folder, account, installation).MakeAsync(durable, cancellationToken);
        }

        await new ClusterStarter(folder, account, installation, time).StartAsync(settings, cancellationToken);
        return folder.ConnectionString()!;
    }

    /// <summary>Stops the server, if it runs; open connections are cut.</summary>
    /// <returns>Whether it ran.</returns>
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
    /// <returns>Whether there was any.</returns>
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
                $"Nothing in {folder.Root} is removed: Usage did not make it, for {folder.MarkFile} is missing. Remove it by hand if you mean it.");
        }

        using var turn = await FolderLock.TakeAsync(folder.LockFile, time, cancellationToken);
        if (await FindRunningAsync(cancellationToken) is { } running
            && await ClusterUsers.StayingAsync(running, time, cancellationToken) is [_, ..] users)
        {
            throw new LocalPostgresException(
                $"The server in {folder.Data} is in use by {string.Join(", ", users)}: stop them, or the server with './usage stop', then reset.");
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
                $"The data in {folder.Data} is of PostgreSQL {version}, which is not installed: install it, or remove the data.");
        }

        return installations is [var newest, ..] ? newest : throw new LocalPostgresException(
            $"There are no PostgreSQL server binaries of version {PostgresInstallation.OldestMajor} or newer.");
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
