using System.Globalization;
using Npgsql;
using Shouldly;
using Usage.Demo.LocalPostgres;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Faults;

/// <summary>A hot standby of another server, which can be promoted.</summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    private readonly string root;
    private readonly ServerAccount account;
    private readonly PostgresInstallation binaries;

    private readonly string settings;

    private StandbyServer(string root, ServerAccount account, PostgresInstallation binaries, int port, string settings)
    {
        this.settings = settings;
        this.root = root;
        this.account = account;
        this.binaries = binaries;
        Port = port;
    }

    public int Port { get; }

    private string Data => Path.Combine(root, "data");

    /// <summary>Copies the primary and follows it.</summary>
    /// <param name="primary">The primary's address.</param>
    /// <param name="cancellationToken">Ends the preparation.</param>
    /// <param name="settings">Further options of its command line.</param>
    public static async Task<StandbyServer> FollowAsync(string primary, CancellationToken cancellationToken, string settings = "")
    {
        var account = await ServerAccount.FindAsync(cancellationToken);
        var binaries = (await PostgresInstallation.FindAllAsync(cancellationToken))[0];
        var root = ServerFolder.Create("usage-standby");
        await account.OwnAsync(root, cancellationToken);
        StandbyServer standby = new(root, account, binaries, LoopbackPort.PickFree(), settings);
        NpgsqlConnectionStringBuilder from = new(primary);
        await standby.RunAsync(
            "pg_basebackup", "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync",
            "-d", $"host={from.Host} port={from.Port} user={from.Username} password={from.Password}");
        await standby.StartAsync();
        return standby;
    }

    public Task StartAsync() => RunAsync(
        "pg_ctl", "start", "-D", Data, "-w", "-s", "-l", Path.Combine(root, "log"), "-o",
        string.Create(CultureInfo.InvariantCulture, $"-p {Port} {settings}"));

    public Task StopAsync() => RunAsync("pg_ctl", "stop", "-D", Data, "-m", "fast", "-w", "-s");

    /// <summary>Makes it a primary, and waits until it is one.</summary>
    public Task PromoteAsync() => RunAsync("pg_ctl", "promote", "-D", Data, "-w", "-s");

    public async ValueTask DisposeAsync()
    {
        await RunAsync("pg_ctl", "stop", "-D", Data, "-m", "immediate", "-w", "-s");
        Directory.Delete(root, recursive: true);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var ended = await account.RunAsync(Path.Combine(binaries.Folder, program), arguments, CancellationToken.None);
        ended.Succeeded.ShouldBeTrue(ended.LastWords);
    }
}
