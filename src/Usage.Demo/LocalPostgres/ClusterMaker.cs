namespace Usage.Demo.LocalPostgres;

/// <summary>Creates a cluster's data directory atomically.</summary>
internal sealed class ClusterMaker(ClusterFolder folder, ServerAccount account, PostgresInstallation installation)
{
    /// <param name="durable">Whether to sync the files to disk.</param>
    /// <param name="cancellationToken">Leaves an unfinished directory, which the next attempt removes.</param>
    public async Task MakeAsync(bool durable, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder.Unfinished))
        {
            Directory.Delete(folder.Unfinished, recursive: true);
        }

        folder.WriteMark();
        folder.WritePassword();
        await account.OwnAsync(folder.PasswordFile, cancellationToken);
        var made = await account.RunAsync(
            installation.InitDb,
            [
                "--pgdata", folder.Unfinished, "--username", "usage", "--pwfile", folder.PasswordFile,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-instructions",
                .. durable ? Array.Empty<string>() : ["--no-sync"],
            ],
            cancellationToken);
        if (!made.Succeeded)
        {
            throw new LocalPostgresException($"initdb failed in {folder.Unfinished}: {made.LastWords}");
        }

        Directory.Move(folder.Unfinished, folder.Data);
    }
}
