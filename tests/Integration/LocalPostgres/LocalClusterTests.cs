using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shouldly;
using Usage.Demo.LocalPostgres;
using Xunit;

namespace Usage.Tests.Integration.LocalPostgres;

public sealed class LocalClusterTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Quick = new() { ["fsync"] = "off", ["shared_buffers"] = "16MB" };

    private readonly ClusterFolder folder = new(Path.Combine(Path.GetTempPath(), $"usage-cluster-{Guid.NewGuid():n}"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (folder.IsOurs)
        {
            await Cluster().DeleteAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Two_concurrent_starts_share_one_server()
    {
        var started = await Task.WhenAll(Cluster().StartAsync(Quick, Cancellation), Cluster().StartAsync(Quick, Cancellation));

        started[0].ShouldBe(started[1]);
        (await AskAsync(started[0], "show fsync")).ShouldBe("off");
        (await AskAsync(started[0], "show listen_addresses")).ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task A_server_that_was_killed_comes_up_again_with_what_was_committed()
    {
        var first = await Cluster().StartAsync(Quick, Cancellation);
        await AskAsync(first, "create table kept as select 'here' as word");
        var pid = int.Parse(File.ReadLines(folder.PidFile).First(), CultureInfo.InvariantCulture);
        using (var server = Process.GetProcessById(pid))
        {
            server.Kill();
        }

        var second = await Cluster().StartAsync(Quick, Cancellation);

        (await AskAsync(second, "select word from kept")).ShouldBe("here");
    }

    [Fact]
    public async Task A_port_that_is_taken_meanwhile_is_replaced()
    {
        await Cluster().StartAsync(Quick, Cancellation);
        await Cluster().StopAsync(Cancellation);
        using var squatter = new TcpListener(IPAddress.Loopback, folder.Port!.Value);
        squatter.Start();
        var taken = folder.Port;

        var moved = await Cluster().StartAsync(Quick, Cancellation);

        new NpgsqlConnectionStringBuilder(moved).Port.ShouldNotBe(taken.Value);
        (await AskAsync(moved, "select current_database()")).ShouldBe("usage");
    }

    [Fact]
    public async Task A_process_id_that_went_to_another_program_does_not_stop_a_start()
    {
        await Cluster().StartAsync(Quick, Cancellation);
        await Cluster().StopAsync(Cancellation);
        await File.WriteAllTextAsync(folder.PidFile, $"{Environment.ProcessId}\n{folder.Data}\n", Cancellation);

        var started = await Cluster().StartAsync(Quick, Cancellation);

        (await AskAsync(started, "select current_user")).ShouldBe("usage");
    }

    [Fact]
    public async Task An_unfinished_data_directory_is_recreated()
    {
        Directory.CreateDirectory(Path.Combine(folder.Unfinished, "base"));

        await Cluster().StartAsync(Quick, Cancellation);

        Directory.Exists(folder.Unfinished).ShouldBeFalse();
    }

    [Fact]
    public async Task Deleting_leaves_only_foreign_files()
    {
        await Cluster().StartAsync(Quick, Cancellation);
        var other = Path.Combine(folder.Root, "notes.txt");
        await File.WriteAllTextAsync(other, "mine", Cancellation);

        (await Cluster().DeleteAsync(Cancellation)).ShouldBeTrue();

        Directory.EnumerateFileSystemEntries(folder.Root).ShouldBe([other]);
        Directory.Delete(folder.Root, recursive: true);
    }

    [Fact]
    public async Task A_folder_that_Usage_did_not_create_is_neither_started_nor_deleted()
    {
        Directory.CreateDirectory(folder.Data);
        var version = Path.Combine(folder.Data, "PG_VERSION");
        await File.WriteAllTextAsync(version, "15", Cancellation);
        await File.WriteAllTextAsync(folder.PasswordFile, "somebody's", Cancellation);
        await File.WriteAllTextAsync(folder.PortFile, "1", Cancellation);

        var kept = await Should.ThrowAsync<LocalPostgresException>(() => Cluster().DeleteAsync(Cancellation));
        kept.Message.ShouldContain(folder.MarkFile);
        (await Should.ThrowAsync<LocalPostgresException>(() => Cluster().StartAsync(Quick, Cancellation))).Message.ShouldContain(folder.MarkFile);

        (await File.ReadAllTextAsync(version, Cancellation)).ShouldBe("15");
        File.Exists(folder.PasswordFile).ShouldBeTrue();
        Directory.Delete(folder.Root, recursive: true);
    }

    [Fact]
    public async Task A_cluster_that_a_program_is_connected_to_is_not_deleted()
    {
        var address = await Cluster().StartAsync(Quick, Cancellation);
        await using (NpgsqlConnection host = new(address + ";Pooling=false;Application Name=my host"))
        {
            await host.OpenAsync(Cancellation);

            (await Should.ThrowAsync<LocalPostgresException>(() => Cluster().DeleteAsync(Cancellation)))
                .Message.ShouldContain("my host (database usage, 1 connection)");

            await using NpgsqlCommand alive = new("select 1", host);
            (await alive.ExecuteScalarAsync(Cancellation)).ShouldBe(1);
        }

        (await Cluster().DeleteAsync(Cancellation)).ShouldBeTrue();
        Directory.Exists(folder.Root).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_start_reports_the_servers_own_last_error()
    {
        await Cluster().StartAsync(Quick, Cancellation);
        await Cluster().StopAsync(Cancellation);
        var control = Path.Combine(folder.Data, "global", "pg_control");
        File.Move(control, control + ".gone");
        FakeTimeProvider impatient = new() { AutoAdvanceAmount = TimeSpan.FromMinutes(2) };

        var failed = await Should.ThrowAsync<LocalPostgresException>(() => new LocalCluster(folder, impatient).StartAsync(Quick, Cancellation));

        failed.Message.ShouldContain("pg_control");
        failed.Message.ShouldContain("No such file or directory");
        failed.Message.ShouldContain(folder.LogFile);
    }

    private LocalCluster Cluster() => new(folder, TimeProvider.System);

    private static async Task<string?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancellation))?.ToString();
    }
}
