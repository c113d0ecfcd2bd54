using Shouldly;
using Usage.Engine;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

public sealed class SourceTests(DatabaseFixture fixture) : ReportingTests(fixture), IAsyncLifetime
{
    private Guid workspace;
    private Guid task;

    public async ValueTask InitializeAsync()
    {
        await Database.ExecuteAsync(
            """
            truncate public.workspace cascade;
            truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.set_aside, usage_rollup.backfill;
            update usage_rollup.control set paused_at = null;
            """);
        workspace = await Seed.Workspace();
        task = await Seed.AgentTask(await Seed.Agent(workspace));
        await Seed.UsageRow(task, input: 100, createdAt: Noon);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Before_history_is_backfilled_reports_come_from_the_raw_rows()
    {
        await DrainAsync();
        await ShouldReadAsync(ReportSource.Raw, 100);
    }

    [Fact]
    public async Task Once_history_is_backfilled_reports_come_from_the_rollup()
    {
        await BackfillAsync();
        await ShouldReadAsync(ReportSource.Rollup, 100);
    }

    [Theory]
    [InlineData("299 seconds", 100)]
    [InlineData("301 seconds", 107)]
    public async Task An_hour_is_fresh_until_a_live_mark_of_it_is_five_minutes_old(string age, long input)
    {
        await ChangeAsync(age);
        await ShouldReadAsync(ReportSource.Rollup, input);
    }

    [Fact]
    public async Task A_pending_repair_leaves_the_rollup_fresh()
    {
        await ChangeAsync("1 day");
        await Database.ExecuteAsync("update usage_rollup.dirty set origin = 1");
        await ShouldReadAsync(ReportSource.Rollup, 100);
    }

    [Fact]
    public async Task The_freshness_limit_is_an_option()
    {
        await ChangeAsync("10 seconds");
        var parts = Engine(Database, new UsageEngineOptions { ReportFreshness = TimeSpan.FromSeconds(9) });
        (await ReadAsync(parts.Reports)).Rows.ShouldHaveSingleItem().InputTokens.ShouldBe(107);
    }

    [Fact]
    public async Task A_forced_source_is_used_whatever_its_state()
    {
        await ShouldReadAsync(ReportSource.Rollup, 0, new(ReportMode.Rollup));
        await ChangeAsync("1 day");
        await ShouldReadAsync(ReportSource.Rollup, 100, new(ReportMode.Rollup));
        await BackfillAsync();
        await ShouldReadAsync(ReportSource.Raw, 107, new(ReportMode.Raw));
    }

    [Theory]
    [InlineData(ReportMode.Rollup, ReportSource.Rollup)]
    [InlineData(ReportMode.Raw, ReportSource.Raw)]
    public async Task The_engine_can_be_set_to_one_source(ReportMode mode, ReportSource source)
    {
        var parts = Engine(Database, new UsageEngineOptions { ReportMode = mode });
        (await ReadAsync(parts.Reports)).Source.ShouldBe(source);
    }

    [Fact]
    public async Task An_hour_that_cannot_be_computed_is_reported_from_the_raw_rows()
    {
        await BackfillAsync();
        var agent = await Seed.Agent(workspace);
        for (var i = 0; i < 2; i++)
        {
            await Seed.UsageRow(await Seed.AgentTask(agent), input: long.MaxValue, createdAt: Noon);
        }

        await DrainAsync();
        (await EngineUnderTest.GetStatusAsync(Cancellation)).SetAside.ShouldNotBeEmpty();
        await ShouldReadAsync(ReportSource.Rollup, 100 + (2m * long.MaxValue), new(Fresh: true));
        await ShouldReadAsync(ReportSource.Rollup, 100 + (2m * long.MaxValue));
    }

    [Fact]
    public async Task Hours_of_a_clock_that_cuts_every_hour_come_from_the_raw_rows_and_days_from_the_rollup()
    {
        await BackfillAsync();
        var window = ReportWindow.Between(new(2026, 5, 1), new(2026, 5, 7), TimeZones.Parse("Asia/Kolkata"));
        (await Reports.WorkspaceByHourAsync(workspace, window, cancellationToken: Cancellation)).Source.ShouldBe(ReportSource.Raw);
        (await Reports.WorkspaceHeatmapAsync(workspace, window, cancellationToken: Cancellation)).Source.ShouldBe(ReportSource.Raw);
        (await Reports.WorkspaceDailyAsync(workspace, window, cancellationToken: Cancellation)).Source.ShouldBe(ReportSource.Rollup);
        (await Reports.WorkspaceByHourAsync(workspace, Week, cancellationToken: Cancellation)).Source.ShouldBe(ReportSource.Rollup);
    }

    /// <summary>Drains everything, then adds a pending change of a given age.</summary>
    private async Task ChangeAsync(string age)
    {
        await BackfillAsync();
        await Seed.UsageRow(task, model: "new", input: 7, createdAt: Noon);
        await Database.ExecuteAsync("update usage_rollup.dirty set enqueued_at = now() - @age::interval", new { age });
    }

    private Task<UsageReport<TotalUsage>> ReadAsync(IUsageReports reports, ReportOptions? options = null) =>
        reports.WorkspaceTotalAsync(workspace, Week, options: options, cancellationToken: Cancellation);

    private async Task ShouldReadAsync(ReportSource source, decimal input, ReportOptions? options = null)
    {
        var report = await ReadAsync(Reports, options);
        (report.Source, report.Rows.ShouldHaveSingleItem().InputTokens).ShouldBe((source, input));
    }
}
