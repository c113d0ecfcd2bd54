using Npgsql;
using Shouldly;
using Usage.Demo.LocalPostgres;
using Usage.Engine;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A disk that is full for a while.</summary>
[Trait("Category", "Faults")]
public sealed class FullDiskTests(FaultTable ledger)
{
    private const string FillSql = """
        insert into public.task_usage (task_id, model, input_tokens, created_at)
        select t.id, md5(random()::text) || n, 1, now() from public.agent_task_queue t, generate_series(1, 2000) n
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rollup_whose_disk_is_full_keeps_its_marks_and_health_says_that_draining_fails()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        await using OwnServer server = new();
        await using var database = await InstallAsync(server);
        await (await ServerAccount.FindAsync(Cancellation)).OwnAsync(disk.Folder, Cancellation);
        await database.ExecuteAsync($"create tablespace small location '{disk.Folder}'");
        await database.ExecuteAsync("alter table usage_rollup.hourly set tablespace small; alter index usage_rollup.hourly_key set tablespace small");
        FaultTrial trial = new(database, ledger);
        await trial.PrepareAsync(Cancellation);
        await using var host = TestEngine.On(database, configure: Impatient);
        disk.Fill();
        await database.ExecuteAsync(FillSql);
        await host.Parts.Loop.StartAsync(Cancellation);
        await database.UntilAsync("select exists (select from usage_rollup.replica where failures >= 3)");

        (await FaultTrial.FindingsAsync(database, Cancellation)).ShouldBe(["drain_failing"]);
        (await database.ScalarAsync<string>("select last_error from usage_rollup.status")).ShouldStartWith("53100");
        (await database.PendingAsync()).ShouldBePositive();

        disk.MakeRoom();
        await trial.RecoverAsync("disk of the rollup full", TimeProvider.System.GetTimestamp());
        await host.Parts.Loop.StopAsync(Cancellation);
        await database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_server_whose_disk_is_full_loses_nothing_that_was_committed()
    {
        using var disk = SmallDisk.Mount(megabytes: 160);
        await using OwnServer server = new(Path.Combine(disk.Folder, "server"));
        await using var database = await InstallAsync(server);
        FaultTrial trial = new(database, ledger);
        await trial.PrepareAsync(Cancellation);
        await using var host = TestEngine.On(database, configure: Impatient);
        await host.Parts.Loop.StartAsync(Cancellation);
        await database.UntilAsync("select exists (select from usage_rollup.replica where heartbeat_at is not null)");

        disk.Fill();
        var written = 0;
        await Should.ThrowAsync<NpgsqlException>(async () =>
        {
            while (true)
            {
                await database.ExecuteAsync(FillSql);
                written++;
            }
        });
        disk.MakeRoom();
        await server.StartAsync(Cancellation);
        database.DataSource.Clear();
        var since = TimeProvider.System.GetTimestamp();
        await trial.RecoverAsync("disk of the server full", since);
        (await database.ScalarAsync<long>("select count(*) from public.task_usage")).ShouldBe(1 + (written * 2_000));
        await host.Parts.Loop.StopAsync(Cancellation);
        await database.ShouldBeExactAsync();
    }

    private static void Impatient(UsageEngineOptions options)
    {
        options.AutoBackfill = false;
        (options.MinBackoff, options.MaxBackoff) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));
    }

    private static async Task<TestDatabase> InstallAsync(OwnServer server)
    {
        var address = await server.StartAsync(Cancellation);
        await TemplateSchema.InstallAsync(address);
        return new(address);
    }
}
