using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A database that takes no writes for a while, as after a failover that left connections on the old primary.</summary>
[Trait("Category", "Faults")]
public sealed class ReadOnlyTests(OwnServerFixture server, FaultTable ledger) : IClassFixture<OwnServerFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_it_takes_no_writes_health_says_so_and_afterwards_the_loop_is_there_within_a_second()
    {
        FaultTrial trial = new(server.Database, ledger);
        await trial.PrepareAsync(Cancellation);
        await using TestDatabase writer = new(
            new NpgsqlConnectionStringBuilder(server.Database.ConnectionString) { Options = "-c default_transaction_read_only=off" }.ConnectionString);
        RecordedLog log = new();
        await using var host = TestEngine.On(server.Database, configure: options => options.AutoBackfill = false, loggers: log);
        await host.Parts.Loop.StartAsync(Cancellation);
        await server.Database.UntilAsync("select exists (select from usage_rollup.replica where heartbeat_at is not null)");

        await SetAsync(writer, "on");
        await new FaultTrial(writer, ledger).ChangeAllAsync();
        while (log.Rests.Count < 8)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        }

        (await FaultTrial.FindingsAsync(server.Database, Cancellation)).ShouldContain("database_read_only");
        (await writer.PendingAsync()).ShouldBePositive("marks are kept meanwhile");
        await SetAsync(writer, "off");
        var since = TimeProvider.System.GetTimestamp();
        await trial.RecoverAsync("database read-only", since);
        await server.Database.UntilAsync("select last_error like '25006%' from usage_rollup.status");
        await host.Parts.Loop.StopAsync(Cancellation);

        log.Rests.Max().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        await server.Database.ShouldBeExactAsync();
    }

    private async Task SetAsync(TestDatabase writer, string value)
    {
        await writer.ExecuteAsync($"alter system set default_transaction_read_only = {value}");
        await writer.ExecuteAsync("select pg_reload_conf()");
        await server.Database.UntilAsync("select current_setting('default_transaction_read_only') = @value", new { value });
    }
}
