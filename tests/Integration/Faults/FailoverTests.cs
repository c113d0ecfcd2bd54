using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A primary that crashes, and a standby that takes its place.</summary>
[Trait("Category", "Faults")]
public sealed class FailoverTests(FaultTable ledger)
{
    private const string CaughtUp = """
        select exists (select from pg_stat_replication where replay_lsn >= (select pg_current_wal_lsn()))
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_knows_both_servers_goes_on_with_the_one_that_is_promoted()
    {
        await using OwnServer primary = new();
        var address = await primary.StartAsync(Cancellation);
        await TemplateSchema.InstallAsync(address);
        await using TestDatabase before = new(address);
        await new FaultTrial(before, ledger).PrepareAsync(Cancellation);
        await using var standby = await StandbyServer.FollowAsync(address, Cancellation);

        NpgsqlConnectionStringBuilder both = new(address);
        both.Host = $"{both.Host}:{both.Port},{both.Host}:{standby.Port}";
        (both.TargetSessionAttributes, both.HostRecheckSeconds) = ("primary", 1);
        await using TestDatabase database = new(both.ConnectionString);
        FaultTrial trial = new(database, ledger);
        RecordedLog log = new();
        await using var host = TestEngine.On(database, configure: options => options.AutoBackfill = false, loggers: log);
        await host.Parts.Loop.StartAsync(Cancellation);
        await trial.ChangeAllAsync();
        await database.UntilAsync(FaultTrial.NothingPending);
        await trial.ChangeAllAsync();
        await before.UntilAsync(CaughtUp);

        await primary.EndAsync(ServerEnd.Immediate, Cancellation);
        await standby.PromoteAsync();
        var since = TimeProvider.System.GetTimestamp();
        await UntilWritableAsync(database);
        await trial.ChangeAllAsync();
        await trial.RecoverAsync("failover to a promoted standby", since);
        await host.Parts.Loop.StopAsync(Cancellation);

        (await database.ScalarAsync<long>("select max(input_tokens) from public.task_usage")).ShouldBe(13, "no change is lost");
        await database.ShouldBeExactAsync();
    }

    private static async Task UntilWritableAsync(TestDatabase database)
    {
        while (true)
        {
            try
            {
                await database.ExecuteAsync("create temporary table writable (x int)");
                return;
            }
            catch (NpgsqlException)
            {
                database.DataSource.Clear();
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
            }
        }
    }
}
