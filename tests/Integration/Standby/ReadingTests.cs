using System.Data;
using Dapper;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Exporting;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Engine.Standby;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>What is read from a standby that serves, and how far behind it is.</summary>
public sealed class ReadingTests(StandbyFixture servers) : StandbyTests(servers)
{
    private const string IsProbed = """
        select exists (select from pg_stat_activity where application_name = @name and query like '%pg_last_wal_replay_lsn()%')
        """;

    [Fact]
    public async Task Every_report_is_read_from_the_standby()
    {
        List<bool> inRecovery = [];
        await using var standby = Servers.Connect();
        var engine = Engine(standby, prices: async (connection, _) =>
        {
            inRecovery.Add(await connection.ExecuteScalarAsync<bool>("select pg_is_in_recovery()"));
            return CostEstimate.None;
        });
        await UseAsync("gpt");
        var fresh = await TotalAsync(engine, fresh: true);
        (Input(fresh), fresh.Server.IsStandby).ShouldBe((10, true));

        var reports = engine.Reports;
        ReportServer[] places =
        [
            (await reports.WorkspaceDailyAsync(Workspace, Day, cancellationToken: Cancellation)).Server,
            (await reports.WorkspaceDailyTasksAsync(Workspace, Day, cancellationToken: Cancellation)).Server,
            (await reports.WorkspaceOutcomesAsync(Workspace, Day, cancellationToken: Cancellation)).Daily.Server,
            (await reports.TaskAsync(Workspace, Task, Cancellation)).Server,
            (await reports.RuntimeActivityAsync(Workspace, Workspace, DateTimeZone.Utc, Cancellation)).Server,
        ];
        places.ShouldAllBe(place => place.IsStandby);
        inRecovery.ShouldBe([true, true, true], "each report that estimates costs reads the prices in its own snapshot");
        Reasons().ShouldBeEmpty();
        (await FindingAsync(engine)).ShouldBeNull();
    }

    [Fact]
    public async Task A_long_report_has_its_second_connection_on_the_standby_too()
    {
        await using var standby = Servers.Connect();
        var engine = Engine(standby);
        ReportQueue queue = new([standby], Options.Create(new UsageEngineOptions { MaxConcurrentReports = 2 }), TimeProvider.System);
        using var turn = await queue.EnterAsync(Cancellation);
        await using var connection = await standby.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        var quarter = WindowParts.Of(ReportWindow.Between(new(2026, 1, 1), new(2026, 3, 31), DateTimeZone.Utc), ReportAxis.None);

        var (first, second) = await new SnapshotSharing(engine.ReportDatabase, queue).BothAsync(
            connection, quarter, PlaceAsync, PlaceAsync, Cancellation);

        second.On.ShouldNotBeSameAs(first.On);
        (first.InRecovery, second.InRecovery).ShouldBe((true, true));

        static async Task<(NpgsqlConnection On, bool InRecovery)> PlaceAsync(NpgsqlConnection on) =>
            (on, await on.ExecuteScalarAsync<bool>("select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task Exports_are_read_from_the_standby_and_contain_everything_committed()
    {
        var name = $"exports {Guid.NewGuid():n}";
        await using var standby = Servers.Connect(name: name);
        var engine = Engine(standby);
        await UseAsync("gpt");
        UsageExports exports = new(engine.ReportDatabase, []);
        using MemoryStream output = new();
        (await exports.WriteAsync(new(Day, Workspace, ExportGrain.Day), exports.Find("csv")!, output, Cancellation)).ShouldBe(1);
        await using var connection = await standby.OpenConnectionAsync(Cancellation);
        (await connection.ExecuteScalarAsync<long>("select count(*) from pg_stat_activity where application_name = @name", new { name })).ShouldBe(1);
        Reasons().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_report_shows_what_the_standby_has_replayed_and_how_far_behind_that_is()
    {
        await using var standby = Servers.Connect();
        var engine = Engine(standby);
        await UseAsync("gpt");
        await TotalAsync(engine, fresh: true);
        await using (await PausedReplay.BeginAsync(Servers))
        {
            await UseAsync("sonnet");
            var behind = await UntilAsync(engine, report => report.Server.Lag > Duration.Zero);
            (Input(behind), behind.Server.IsStandby).ShouldBe((10, true));
        }

        var caughtUp = await UntilAsync(engine, report => report.Server.Lag == Duration.Zero);
        (Input(caughtUp), caughtUp.Server.IsStandby).ShouldBe((20, true));
    }

    [Fact]
    public async Task A_fresh_report_waits_until_the_standby_has_what_is_committed()
    {
        var name = $"waits {Guid.NewGuid():n}";
        await using var standby = Servers.Connect(name: name);
        var engine = Engine(standby);
        Task<UsageReport<TotalUsage>> reading;
        await using (await PausedReplay.BeginAsync(Servers))
        {
            await UseAsync("gpt");
            reading = TotalAsync(engine, fresh: true);
            await using TestDatabase onStandby = new(standby.ConnectionString + ";Application Name=observer;Password=" + Password());
            await onStandby.UntilAsync(IsProbed, new { name });
            reading.IsCompleted.ShouldBeFalse();
        }

        var report = await reading;
        (Input(report), report.Server.IsStandby).ShouldBe((10, true));
    }

    [Fact]
    public async Task A_fresh_report_is_read_from_the_primary_if_the_standby_takes_too_long()
    {
        await using var standby = Servers.Connect();
        var engine = Engine(standby, new UsageEngineOptions { StandbyWait = TimeSpan.FromMilliseconds(200) });
        await using var paused = await PausedReplay.BeginAsync(Servers);
        await UseAsync("gpt");
        var report = await TotalAsync(engine, fresh: true);
        (Input(report), report.Server).ShouldBe((10, ReportServer.Primary));
        Reasons().ShouldBe(["behind"]);
    }

    [Fact]
    public async Task A_fresh_report_always_contains_what_its_drain_committed()
    {
        await using var standby = Servers.Connect();
        var engine = Engine(standby);
        for (var number = 1; number <= 20; number++)
        {
            await UseAsync($"model {number}");
            var report = await TotalAsync(engine, fresh: true);
            (Input(report), report.Server.IsStandby).ShouldBe((10 * number, true));
        }

        await Database.ExecuteAsync("update public.agent_task_queue set completed_at = '2026-05-06 13:00Z' where id = @Task", new { Task });
        var outcomes = await engine.Reports.WorkspaceOutcomesAsync(Workspace, Day, options: new(Fresh: true), cancellationToken: Cancellation);
        (outcomes.Daily.Rows.Count, outcomes.Daily.Server.IsStandby).ShouldBe((1, true));
    }

    private string Password() => new NpgsqlConnectionStringBuilder(Database.ConnectionString).Password ?? "";
}
