using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Health;
using Usage.Engine.Standby;
using Usage.Host.Cli;
using Usage.Tests.Integration.Http;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>How far the standby is behind is shown, and bounded.</summary>
public sealed class LagTests(StandbyFixture servers) : StandbyTests(servers)
{
    [Fact]
    public async Task A_standby_that_is_further_behind_than_reports_may_be_serves_none_until_it_has_caught_up()
    {
        ShiftedTime time = new();
        await using var standby = Servers.Connect();
        UsageEngineOptions options = new() { StandbyWait = TimeSpan.FromSeconds(30), ReportFreshness = TimeSpan.Zero };
        var engine = Engine(standby, options, time);
        await UseAsync("gpt");
        (await TotalAsync(engine, fresh: true)).Server.IsStandby.ShouldBeTrue();
        await using (await PausedReplay.BeginAsync(Servers))
        {
            await UseAsync("sonnet");
            await UntilAsync(engine, report => !report.Server.IsStandby);
            var report = await TotalAsync(engine);
            (Input(report), report.Server).ShouldBe((20, ReportServer.Primary), "nothing older than ReportFreshness is missing");
            Reasons().ShouldContain("lagging");
            time.Advance(TimeSpan.FromSeconds(1));
            (await FindingAsync(engine)).ShouldBe("standby_behind");
            var state = (await engine.Engine.GetStatusAsync(Cancellation)).Standby!;
            (state.Serves, state.Reason, state.Lag > Duration.Zero).ShouldBe((false, "lagging", true));
            StatusText.Standby(state).ShouldStartWith("reports are read from the primary, ");
        }

        await UntilAsync(engine, report =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return report.Server.IsStandby;
        });

        // Without any allowance, every write of the server itself makes it late for a moment.
        while (await FindingAsync(engine) is not null)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Status_and_gauges_show_the_lag_of_a_standby_that_serves()
    {
        await using var standby = Servers.Connect();
        var engine = Engine(standby);
        await UseAsync("gpt");
        await TotalAsync(engine, fresh: true);
        await UntilAsync(engine, report => report.Server.Lag == Duration.Zero);
        await using (await PausedReplay.BeginAsync(Servers))
        {
            await UseAsync("sonnet");
            await UntilAsync(engine, report => report.Server.Lag > Duration.Zero);
            var status = await engine.Engine.GetStatusAsync(Cancellation);
            (status.Standby!.Serves, status.Standby.Lag > Duration.Zero).ShouldBe((true, true));
            StatusText.Lines(status).ShouldContain(line => line.StartsWith("Standby       serves reports, "));
            var figures = await new GaugeReader(Database.DataSource, Options.Create(Patient()), engine.ReportDatabase).ReadAsync(Cancellation);
            figures.StandbyLagSeconds!.Value.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Without_a_standby_status_and_gauges_show_none()
    {
        var engine = Engine(standby: null);
        var status = await engine.Engine.GetStatusAsync(Cancellation);
        status.Standby.ShouldBeNull();
        StatusText.Lines(status).ShouldNotContain(line => line.StartsWith("Standby"));
        (await new GaugeReader(Database.DataSource, Options.Create(Patient()), engine.ReportDatabase).ReadAsync(Cancellation)).StandbyLagSeconds.ShouldBeNull();
    }

    [Fact]
    public async Task The_program_reads_from_the_standby_that_its_settings_name_and_says_so_in_each_answer()
    {
        NpgsqlConnectionStringBuilder standby = new(Database.ConnectionString) { Port = Servers.Standby.Port };
        var user = await Database.Seed.User();
        await Database.Seed.Member(Workspace, user);
        await UseAsync("gpt");
        await using var app = await HttpFixture.StartAsync(
            Database,
            new() { ["Usage:ReportsConnectionString"] = ConnectionUrl.ToUrl(standby.ConnectionString), ["Usage:StandbyWait"] = "00:00:30" });
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", HttpFixture.Token(user, ["usage.admin"]));
        using var report = await client.GetAsync($"/api/workspaces/{Workspace}/usage/total?from=2026-05-06&to=2026-05-06&fresh=true", Cancellation);
        (await report.Content.ReadAsStringAsync(Cancellation)).ShouldContain("\"input_tokens\":10");
        report.Headers.GetValues("X-Usage-Server").ShouldBe(["standby"]);
        report.Headers.GetValues("X-Usage-Standby-Lag").ShouldBe(["0"]);
        (await client.GetStringAsync("/api/usage/status", Cancellation)).ShouldContain("\"standby\":{\"serves\":true,\"lag\":");
    }
}
