using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>Three hosts under load, of which one is killed and one is frozen.</summary>
[Trait("Category", "Faults")]
public sealed class ReplicaTests(PostgresFixture postgres)
{
    private static readonly string[] Hosts = ["one", "two", "three"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_hosts_share_the_work_and_lose_nothing_when_one_is_killed_and_one_is_frozen()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        List<ChildProcess> hosts = [];
        try
        {
            foreach (var name in Hosts)
            {
                hosts.Add((await UsageProgram.ServeAsync(
                    database, "--set", $"Usage:ReplicaName={name}", "--set", "Usage:SilentHostTimeout=00:00:02")).Server);
            }

            await using var load = UsageProgram.Start(database, "load", "--mixed", "--rate", "200", "--duration", "600", "--json");
            await UntilAllHaveWorkedAsync(database, Hosts);

            hosts[0].Kill();
            await hosts[1].StopAsync();
            await UntilAllHaveWorkedAsync(database, ["three"]);
            await UntilUsageIsDrainedAsync(database);

            await hosts[1].ContinueAsync();
            await UntilAllHaveWorkedAsync(database, ["two", "three"]);
            await load.InterruptAsync();
            (await load.EndAsync()).ShouldExitWith(130);
            await database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
            var status = (await UsageProgram.RunAsync(database, "status", "--json")).ShouldExitWith(0).Json();
            status.GetProperty("running").GetBoolean().ShouldBeTrue();
            foreach (var host in hosts[1..])
            {
                await host.TerminateAsync();
                (await host.EndAsync()).ShouldExitWith(0);
            }

            await database.ShouldBeExactAsync();
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.ContinueAsync();
                await host.DisposeAsync();
            }
        }
    }

    /// <summary>Waits until each of these hosts has drained more than it has now.</summary>
    private static async Task UntilAllHaveWorkedAsync(TestDatabase database, string[] names)
    {
        var before = (await database.QueryAsync<Work>("select name, total_rows from usage_rollup.replica")).ToDictionary(work => work.Name, work => work.TotalRows);
        foreach (var name in names)
        {
            await database.UntilAsync(
                "select coalesce((select total_rows from usage_rollup.replica where name = @name), 0) > @before + 20",
                new { name, before = before.GetValueOrDefault(name) });
        }
    }

    /// <summary>Waits until all usage of now is in buckets, also what the hosts that were killed and frozen had taken.</summary>
    private static async Task UntilUsageIsDrainedAsync(TestDatabase database)
    {
        var newest = await database.ScalarAsync<NodaTime.Instant?>("select max(enqueued_at) from usage_rollup.dirty");
        if (newest is not null)
        {
            await database.UntilAsync("select not exists (select from usage_rollup.dirty where enqueued_at <= @newest)", new { newest });
        }

        Cancellation.ThrowIfCancellationRequested();
    }

    private sealed record Work(string Name, long TotalRows);
}
