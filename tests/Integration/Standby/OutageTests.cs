using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shouldly;
using Usage.Engine.Database;
using Usage.Engine.Pricing;
using Usage.Engine.Standby;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>A standby that can't serve: reports come from the primary, operators are told once, and reports return by themselves.</summary>
public sealed class OutageTests(StandbyFixture servers) : StandbyTests(servers)
{
    private const string Away = "Reports are read from the primary until the standby serves them.";
    private const string Back = "Reports are read from the standby again.";

    [Fact]
    public async Task A_standby_that_stops_is_left_alone_between_attempts_and_serves_again_when_it_returns()
    {
        FakeTimeProvider time = new();
        await using var standby = Servers.Connect();
        var engine = Engine(standby, time: time);
        await UseAsync("gpt");
        (await TotalAsync(engine)).Server.IsStandby.ShouldBeTrue();

        await Servers.Standby.StopAsync();
        try
        {
            for (var number = 0; number < 3; number++)
            {
                (await TotalAsync(engine)).Server.ShouldBe(ReportServer.Primary);
            }

            Attempts().ShouldBe((1, 0), "an outage is logged once, and nobody waits for the standby while it rests");
            Reasons().ShouldBe(["unavailable", "unavailable", "unavailable"]);
            (await FindingAsync(engine)).ShouldBe("unavailable");
            (await TotalAsync(engine, fresh: true)).Server.ShouldBe(ReportServer.Primary);
            time.Advance(TimeSpan.FromSeconds(1));
            (await TotalAsync(engine)).Server.ShouldBe(ReportServer.Primary);
            Attempts().ShouldBe((1, 1));
        }
        finally
        {
            await Servers.Standby.StartAsync();
        }

        time.Advance(TimeSpan.FromSeconds(1));
        (await TotalAsync(engine)).Server.ShouldBe(ReportServer.Primary, "the second rest is longer");
        time.Advance(TimeSpan.FromSeconds(1));
        (await FindingAsync(engine)).ShouldBeNull("health tries it as well");
        (await TotalAsync(engine)).Server.IsStandby.ShouldBeTrue();
        Log.Lines.Count(line => line.Text == Back).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_report_that_replay_cancels_is_read_from_the_primary(bool whileAStatementRuns)
    {
        await using var strict = await Servers.FollowAsync("-c max_standby_streaming_delay=0");
        await using var standby = Servers.Connect(strict);
        await using var blocker = await standby.OpenConnectionAsync(Cancellation);
        await blocker.ExecuteAsync("select pg_advisory_lock(1)");
        var conflicts = 0;
        var engine = Engine(standby, prices: async (connection, cancellation) =>
        {
            // The report has its snapshot, and a lock on each table that it has read, of which there is none yet if no drain ended in time.
            if (connection.Port == strict.Port && conflicts++ == 0)
            {
                var pid = connection.ProcessID;
                await connection.ExecuteAsync("select from usage_rollup.control");
                var waiting = whileAStatementRuns ? connection.ExecuteAsync("select pg_advisory_lock(1)") : System.Threading.Tasks.Task.CompletedTask;
                await Database.ExecuteAsync("begin; lock table usage_rollup.control in access exclusive mode; commit");
                await waiting;
                await UntilGoneAsync(blocker, pid);
            }

            return CostEstimate.None;
        });
        await UseAsync("gpt");
        (await TotalAsync(engine, fresh: true)).Server.ShouldBe(ReportServer.Primary);
        (conflicts, Input(await TotalAsync(engine))).ShouldBe((1, 10));
        Reasons().ShouldBe(["conflict"]);
        (await FindingAsync(engine)).ShouldBeNull("the standby goes on to serve");
        (await UntilAsync(engine, report => report.Server.IsStandby)).Server.IsStandby.ShouldBeTrue();
    }

    [Fact]
    public async Task A_promoted_standby_serves_no_reports()
    {
        await using var promoted = await Servers.FollowAsync();
        await using var standby = Servers.Connect(promoted);
        var engine = Engine(standby);
        (await UntilAsync(engine, report => report.Server.IsStandby)).Server.IsStandby.ShouldBeTrue();
        await promoted.PromoteAsync();
        await UseAsync("gpt");
        var fresh = await TotalAsync(engine, fresh: true);
        (Input(fresh), fresh.Server).ShouldBe((10, ReportServer.Primary));
        await ShouldBeAwayAsync(engine, "not_standby", "is not in recovery");
    }

    [Fact]
    public async Task A_primary_serves_no_reports_in_place_of_a_standby()
    {
        await using var primary = Database.Connect(builder => builder.ApplicationName = "reports");
        var engine = Engine(primary);
        (await TotalAsync(engine)).Server.ShouldBe(ReportServer.Primary);
        await ShouldBeAwayAsync(engine, "not_standby", "is not in recovery");
    }

    [Fact]
    public async Task Another_database_serves_no_reports()
    {
        await using var standby = Servers.Connect(database: "template1");
        var engine = Engine(standby);
        (await TotalAsync(engine)).Server.ShouldBe(ReportServer.Primary);
        await ShouldBeAwayAsync(engine, "wrong_database", "does not hold a physical copy");
    }

    [Fact]
    public async Task A_standby_without_the_current_migrations_serves_no_reports()
    {
        const string NewestSql = """
            update usage_rollup.migration set success = @success
            where version is not null and version::integer = (select max(version::integer) from usage_rollup.migration where version is not null)
            """;
        await using var standby = Servers.Connect();
        var engine = Engine(standby);
        await Database.ExecuteAsync(NewestSql, new { success = false });
        try
        {
            await UntilAsync(engine, report => !report.Server.IsStandby);
            Log.Lines.ShouldContain(line => line.Text.StartsWith(Away) && line.Text.Contains("has not replayed the current migrations"));
            Reasons().ShouldContain("schema_behind");
        }
        finally
        {
            await Database.ExecuteAsync(NewestSql, new { success = true });
        }
    }

    private async Task ShouldBeAwayAsync(Usage.Engine.EngineParts engine, string reason, string problem)
    {
        (await FindingAsync(engine)).ShouldBe(reason);
        Reasons().ShouldBe([reason]);
        Log.Lines.Where(line => line.Level == LogLevel.Warning).ShouldHaveSingleItem().Text.ShouldContain(problem);
    }

    /// <summary>How often an outage was logged, and further failed attempts.</summary>
    private (int Outages, int FurtherAttempts) Attempts() => (
        Log.Lines.Count(line => line.Text.StartsWith(Away)), Log.Lines.Count(line => line.Text.StartsWith("The standby does not serve reports")));

    private static async Task UntilGoneAsync(NpgsqlConnection observer, int pid)
    {
        while (await observer.ExecuteScalarAsync<bool>("select exists (select from pg_stat_activity where pid = @pid)", new { pid }))
        {
            await System.Threading.Tasks.Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        }
    }
}
