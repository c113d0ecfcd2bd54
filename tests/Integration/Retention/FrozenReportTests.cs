using NodaTime;
using Shouldly;
using Usage.Engine.Exporting;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Retention;

/// <summary>Reports of frozen hours, whose raw rows have been deleted.</summary>
public sealed class FrozenReportTests(DatabaseFixture fixture) : RetentionTestBase(fixture)
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    public async Task Reports_are_the_same_after_the_raw_rows_are_gone_and_say_where_that_begins(string zone)
    {
        var workspace = await UsedAsync();
        var before = await AllAsync(workspace, zone, new(ReportMode.Rollup));
        await FreezeAsync(Middle);
        (await AllAsync(workspace, zone, new(ReportMode.Raw))).ShouldBe(before);
        await DeleteRawAsync(Middle);
        await DrainAsync();
        foreach (var mode in Enum.GetValues<ReportMode>())
        {
            (await AllAsync(workspace, zone, new(mode))).ShouldBe(before, mode.ToString());
        }

        var reports = Replica().Parts.Reports;
        var daily = await reports.WorkspaceDailyAsync(workspace, Window(zone), options: new(ReportMode.Raw), cancellationToken: Cancellation);
        (daily.FrozenBefore, daily.Source).ShouldBe((Middle, ReportSource.Raw));
        var later = ReportWindow.Between(new(2026, 3, 4), new(2026, 3, 4), DateTimeZoneProviders.Tzdb[zone]);
        (await reports.WorkspaceDailyAsync(workspace, later, cancellationToken: Cancellation)).FrozenBefore.ShouldBeNull();
    }

    [Theory]
    [InlineData("Asia/Kolkata")]
    [InlineData("Asia/Kathmandu")]
    public async Task In_a_zone_with_half_hours_a_frozen_hour_counts_in_the_day_in_which_it_begins(string zone)
    {
        var workspace = await UsedAsync();
        var total = await TotalAsync(workspace, zone);
        await FreezeAsync(Middle);
        await DeleteRawAsync(Middle);
        await DrainAsync();
        var days = await Replica().Parts.Reports.WorkspaceDailyAsync(workspace, Window(zone), cancellationToken: Cancellation);
        var expected = (await Database.QueryAsync<(Instant Hour, long Tokens)>(
                "select bucket_hour, sum(input_tokens)::bigint from usage_rollup.hourly where bucket_hour < @Middle group by 1", new { Middle }))
            .GroupBy(row => row.Hour.InZone(DateTimeZoneProviders.Tzdb[zone]).Date)
            .ToDictionary(day => day.Key, day => (decimal)day.Sum(row => row.Tokens));
        var frozenDay = new LocalDate(2026, 3, 2);
        days.Rows.Where(row => row.Date == frozenDay).Sum(row => row.InputTokens).ShouldBe(expected[frozenDay]);
        (await TotalAsync(workspace, zone)).ShouldBe(total, "the window begins and ends where no frozen hour is cut in two with usage on both sides");
    }

    [Fact]
    public async Task Exports_are_the_same_after_the_raw_rows_are_gone()
    {
        await UsedAsync();
        var before = await ExportAsync();
        await FreezeAsync(Middle);
        await DeleteRawAsync(Middle);
        (await ExportAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Filters_by_model_read_frozen_buckets_too()
    {
        var workspace = await UsedAsync();
        ReportFilter filter = new() { Model = "m1" };
        var before = await Figures();
        await FreezeAsync(Middle);
        await DeleteRawAsync(Middle);
        (await Figures()).ShouldBe(before);
        var uses = await Replica().Parts.Reports.WorkspaceDailyTasksAsync(workspace, Window("UTC"), filter, cancellationToken: Cancellation);
        var total = await Replica().Parts.Reports.WorkspaceTotalAsync(workspace, Window("UTC"), filter, cancellationToken: Cancellation);
        uses.Rows.Sum(row => row.TaskCount).ShouldBe(total.Rows[0].TaskCount);

        async Task<decimal> Figures() =>
            (await Replica().Parts.Reports.WorkspaceTotalAsync(workspace, Window("UTC"), filter, cancellationToken: Cancellation)).Rows[0].InputTokens;
    }

    private async Task<decimal> TotalAsync(Guid workspace, string zone) =>
        (await Replica().Parts.Reports.WorkspaceTotalAsync(workspace, Window(zone), cancellationToken: Cancellation)).Rows[0].InputTokens;

    private async Task<string> ExportAsync()
    {
        var engine = Replica();
        using MemoryStream file = new();
        UsageExports exports = new(engine.Parts.Database, engine.Parts.Prices, []);
        await exports.WriteAsync(new(Window("UTC"), Grain: ExportGrain.Hour), exports.Find("csv")!, file, Cancellation);
        return System.Text.Encoding.UTF8.GetString(file.ToArray());
    }

    /// <summary>Every report whose figures depend on the window, a line a row.</summary>
    private async Task<string> AllAsync(Guid workspace, string zone, ReportOptions options)
    {
        var (reports, window) = (Replica().Parts.Reports, Window(zone));
        return string.Join('\n',
        [
            Lines((await reports.WorkspaceDailyAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceTotalAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceAgentsAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceByProjectAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceByHourAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceHeatmapAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceByLocalHourAsync(workspace, window, null, options, Cancellation)).Rows),
            Lines((await reports.WorkspaceDailyTasksAsync(workspace, window, null, options, Cancellation)).Rows),
        ]);
    }

    private static string Lines<T>(IReadOnlyList<T> rows) => string.Join('\n', rows);
}
