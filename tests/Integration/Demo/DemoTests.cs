using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Demo;

public sealed class DemoTests(PostgresFixture postgres)
{
    private static readonly string[] Small = ["demo", "--tasks", "2000", "--days", "20"];

    [Fact]
    public async Task A_demo_ends_with_one_JSON_line_without_drift_and_a_second_one_keeps_the_history()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        var first = (await UsageProgram.RunAsync(database, [.. Small, "--no-serve"])).ShouldExitWith(0);
        var second = (await UsageProgram.RunAsync(database, [.. Small, "--no-serve", "--json"])).ShouldExitWith(0);

        var rows = first.Json().GetProperty("raw_rows").GetInt64();
        first.Json().EnumerateObject().Select(property => property.Name)
            .ShouldBe(["raw_rows", "buckets", "drift", "backfill_seconds", "peak_rss_mb"]);
        first.Json().GetProperty("drift").GetInt64().ShouldBe(0);
        rows.ShouldBeGreaterThanOrEqualTo(2000);
        second.Json().GetProperty("drift").GetInt64().ShouldBe(0);
        second.Json().GetProperty("raw_rows").GetInt64().ShouldBeGreaterThanOrEqualTo(rows);
        second.Errors.ShouldContain("Keeping the existing history of ");
        (await database.ScalarAsync<long>("select count(*) from usage_demo.world")).ShouldBe(1);
    }

    [Fact]
    public async Task A_demo_stopped_by_Ctrl_C_while_writing_continues_where_it_stopped()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var writer = await database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("begin; lock table public.task_usage in share mode", writer);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var demo = UsageProgram.Start(database, [.. Small, "--no-serve"]);
            await BusyHours.UntilHeldUpAsync(database);
            await demo.InterruptAsync();
            (await demo.EndAsync()).ShouldExitWith(130).Output.ShouldBe("");
        }

        var resumed = (await UsageProgram.RunAsync(database, [.. Small, "--no-serve"])).ShouldExitWith(0);

        resumed.Json().GetProperty("drift").GetInt64().ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from usage_demo.history_period where grows")).ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from public.agent_task_queue")).ShouldBeGreaterThanOrEqualTo(2000);
    }

    [Fact]
    public async Task A_serving_demo_finds_a_free_port_has_live_traffic_and_leaves_nothing_behind_on_Ctrl_C()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        using var squatter = new TcpListener(IPAddress.Loopback, 5080);
        Occupy(squatter);
        await using var demo = UsageProgram.Start(database, [.. Small, "--json"]);
        var prepared = JsonElement.Parse(await demo.NextLineAsync());
        prepared.GetProperty("drift").GetInt64().ShouldBe(0);

        await database.UntilAsync(
            "select exists (select from usage_rollup.replica where total_rows > 0 and name not like '%command line')");
        await demo.InterruptAsync();
        var ended = (await demo.EndAsync()).ShouldExitWith(130);

        ended.Errors.ShouldContain("Listening on http://127.0.0.1:");
        ended.Errors.ShouldNotContain("127.0.0.1:5080");
        ended.Errors.ShouldNotContain("LogLevel");
        await database.UntilAsync(
            "select not exists (select from pg_stat_activity where datname = current_database() and application_name = 'usage')");
        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);
        (await UsageProgram.RunAsync(database, "verify")).ShouldExitWith(0);
    }

    [Fact]
    public async Task A_second_concurrent_demo_waits_and_then_finds_the_history()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        ProgramResult one, two;
        await using (var writer = await database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("begin; lock table public.task_usage in share mode", writer);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var first = UsageProgram.Start(database, [.. Small, "--no-serve"]);
            await BusyHours.UntilHeldUpAsync(database);
            await using var second = UsageProgram.Start(database, [.. Small, "--no-serve"]);
            await database.UntilAsync("""
                select count(*) = 2 from pg_stat_activity where datname = current_database() and application_name = 'usage demo'
                """);
            await using var release = new NpgsqlCommand("rollback", writer);
            await release.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            (one, two) = (await first.EndAsync(), await second.EndAsync());
        }

        one.ShouldExitWith(0).Json().GetProperty("drift").GetInt64().ShouldBe(0);
        two.ShouldExitWith(0).Json().GetProperty("drift").GetInt64().ShouldBe(0);
        two.Errors.ShouldContain("Another demo is preparing this database");
        two.Errors.ShouldContain("Keeping the existing history of ");
        (await database.ScalarAsync<long>("select count(*) from usage_demo.world")).ShouldBe(1);
    }

    [Fact]
    public async Task A_demo_refuses_a_database_with_other_data()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.Seed.Workspace();

        var refused = (await UsageProgram.RunAsync(database, [.. Small, "--no-serve"])).ShouldExitWith(1);

        refused.Output.ShouldBe("");
        refused.Errors.ShouldContain("contains workspaces or usage that the demo did not generate");
        (await database.ScalarAsync<long>("select count(*) from public.workspace")).ShouldBe(1);
    }

    private static void Occupy(TcpListener squatter)
    {
        try
        {
            squatter.Start();
        }
        catch (SocketException)
        {
            // Another process is using the port, which serves the same purpose.
        }
    }
}
