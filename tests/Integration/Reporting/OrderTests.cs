using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

public sealed class OrderTests(RandomUsageFixture fixture) : IClassFixture<RandomUsageFixture>
{
    private static readonly ReportWindow Year = ReportWindow.Between(new(2026, 1, 1), new(2026, 12, 31), TimeZones.Parse("Asia/Tokyo"));

    private readonly Guid workspace = fixture.Usage.Workspaces[0];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Days_come_newest_first() => ShouldBeInOrder(
        await fixture.Reports.WorkspaceDailyAsync(workspace, Year, cancellationToken: Cancellation),
        rows => rows.OrderByDescending(row => row.Date).ThenBy(row => row.Provider, StringComparer.Ordinal)
            .ThenBy(row => row.Model, StringComparer.Ordinal));

    [Fact]
    public async Task A_summary_has_most_input_and_output_tokens_first() => ShouldBeInOrder(
        await fixture.Reports.WorkspaceSummaryAsync(workspace, Year, cancellationToken: Cancellation),
        rows => rows.OrderByDescending(row => row.InputTokens + row.OutputTokens));

    [Fact]
    public async Task Agents_are_ordered_by_id() => ShouldBeInOrder(
        await fixture.Reports.WorkspaceByAgentAsync(workspace, Year, cancellationToken: Cancellation),
        rows => rows.OrderBy(row => row.AgentId.ToString(), StringComparer.Ordinal)
            .ThenBy(row => row.Provider, StringComparer.Ordinal).ThenBy(row => row.Model, StringComparer.Ordinal));

    [Fact]
    public async Task Projects_are_ordered_by_id_with_usage_without_project_last() => ShouldBeInOrder(
        await fixture.Reports.WorkspaceByProjectAsync(workspace, Year, cancellationToken: Cancellation),
        rows => rows.OrderBy(row => row.ProjectId?.ToString() ?? "none", StringComparer.Ordinal)
            .ThenBy(row => row.Provider, StringComparer.Ordinal).ThenBy(row => row.Model, StringComparer.Ordinal));

    [Fact]
    public async Task Hours_and_weekdays_ascend()
    {
        ShouldBeInOrder(
            await fixture.Reports.WorkspaceByHourAsync(workspace, Year, cancellationToken: Cancellation),
            rows => rows.OrderBy(row => row.Hour).ThenBy(row => row.Provider, StringComparer.Ordinal)
                .ThenBy(row => row.Model, StringComparer.Ordinal));
        ShouldBeInOrder(
            await fixture.Reports.WorkspaceHeatmapAsync(workspace, Year, cancellationToken: Cancellation),
            rows => rows.OrderBy(row => row.Weekday).ThenBy(row => row.Hour));
    }

    [Fact]
    public async Task Models_without_a_price_are_named_with_their_uncosted_tokens()
    {
        var summary = await fixture.Reports.WorkspaceSummaryAsync(workspace, Year, cancellationToken: Cancellation);
        summary.Unpriced.ShouldBe(
            from row in summary.Rows
            where row.Model == "free"
            orderby row.Provider
            select new UnpricedModel(
                row.Provider, row.Model, row.UncostedInputTokens, row.UncostedOutputTokens,
                row.UncostedCacheReadTokens, row.UncostedCacheWriteTokens));
        summary.Zone.ShouldBe(Year.Zone);
    }

    private static void ShouldBeInOrder<TRow>(UsageReport<TRow> report, Func<IReadOnlyList<TRow>, IEnumerable<TRow>> order)
    {
        report.Rows.Count.ShouldBeGreaterThan(1);
        report.Rows.ShouldBe(order(report.Rows));
    }
}
