namespace Usage.Demo.LocalPostgres;

/// <summary>Finds or starts a local PostgreSQL: from installed binaries, else Docker, else the system's package.</summary>
internal sealed class LocalDatabase(Action<string> note, TimeProvider time)
{
    public const string WhatToInstall =
        "Install a PostgreSQL server, version 15 or newer (Debian, Ubuntu: apt-get install postgresql; "
        + "Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), or Docker, "
        + "or set ConnectionStrings__Usage to an existing database.";

    private readonly LocalCluster cluster = new(ClusterFolder.Shared, time, note);
    private readonly DockerPostgres docker = new(new ClusterFolder(Path.Combine(ClusterFolder.Home, "docker")));

    /// <summary>
    /// Starts a server and returns its connection string. There is no pooler in between, so statements are prepared.
    /// </summary>
    public async Task<string> StartAsync(CancellationToken cancellationToken) => PreparedStatements.On(
        await cluster.FindRunningAsync(cancellationToken) is { } running ? running
        : await FindAsync(cancellationToken) is null ? await docker.StartAsync(cancellationToken)
        : await cluster.StartAsync(settings: null, cancellationToken));

    /// <summary>Describes what would be used, after installing it if necessary.</summary>
    public async Task<string> InstallAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) is { } installation
            ? $"PostgreSQL {installation.Version} in {installation.Folder}"
            : "PostgreSQL in a Docker container";

    public async Task<string> StopAsync(CancellationToken cancellationToken) =>
        await cluster.StopAsync(cancellationToken) | await docker.StopAsync(cancellationToken)
            ? "Stopped. The data is kept."
            : "The local PostgreSQL was not running.";

    public async Task<string> DeleteAsync(CancellationToken cancellationToken) =>
        await cluster.DeleteAsync(cancellationToken) | await docker.RemoveAsync(cancellationToken)
            ? $"Stopped, and removed the data in {ClusterFolder.Home}."
            : $"There was no data in {ClusterFolder.Home}.";

    /// <summary>The server binaries, installed now if necessary; null to use Docker.</summary>
    private async Task<PostgresInstallation?> FindAsync(CancellationToken cancellationToken)
    {
        if (await PostgresInstallation.FindAllAsync(cancellationToken) is [var installed, ..])
        {
            return installed;
        }

        if (await DockerPostgres.AnswersAsync(cancellationToken))
        {
            return null;
        }

        if (!await AptPackage.CanInstallAsync(cancellationToken))
        {
            throw new LocalPostgresException($"No PostgreSQL server was found. {WhatToInstall}");
        }

        await AptPackage.InstallServerAsync(note, cancellationToken);
        return await PostgresInstallation.FindAllAsync(cancellationToken) is [var added, ..]
            ? added
            : throw new LocalPostgresException($"The package postgresql did not provide a suitable server version. {WhatToInstall}");
    }
}
