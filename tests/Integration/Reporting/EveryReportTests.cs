using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Every report, from both sources, against a computation row by row.</summary>
public sealed class EveryReportTests(RandomUsageFixture fixture) : IClassFixture<RandomUsageFixture>
{
    private readonly RandomUsage usage = fixture.Usage;
    private readonly NaiveUsage naive = fixture.Naive;
    private readonly UsageReports reports = fixture.Reports;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Field", "3")]
    [InlineData("UTC")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Chatham")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Apia")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    public async Task The_rollup_and_the_raw_rows_agree_with_a_count_row_by_row(string zone)
    {
        Random random = new(zone.Sum(letter => letter));
        foreach (var anchor in RandomUsage.Anchors)
        {
            var date = anchor.InZone(TimeZones.Parse(zone)).Date;
            var window = ReportWindow.Between(
                date.PlusDays(-random.Next(4)), date.PlusDays(random.Next(6) == 0 ? 700 : random.Next(4)), TimeZones.Parse(zone));
            foreach (var mode in new[] { ReportMode.Rollup, ReportMode.Raw })
            {
                await CompareWorkspaceAsync(usage.Workspaces[random.Next(2)], window, Filter(random), new(mode));
                await CompareRuntimeAsync(usage.Workspaces[0], usage.Runtimes[random.Next(6)], window, new(mode));
            }
        }
    }

    private ReportFilter Filter(Random random) => random.Next(7) switch
    {
        0 => new(ProjectId: usage.Projects[random.Next(6)]),
        1 => new(WithoutProject: true),
        2 => new(AgentId: usage.Agents[random.Next(6)]),
        3 => new(Provider: "OPENAI"),
        4 => new(Provider: "", Model: "gpt"),
        5 => new(WithoutProject: true, Model: "claude"),
        _ => ReportFilter.None,
    };

    private async Task CompareWorkspaceAsync(Guid workspace, ReportWindow window, ReportFilter filter, ReportOptions options)
    {
        var expected = naive.Where(row => row.WorkspaceId == workspace).In(window).Through(filter);
        var label = $"{window.Zone} {window.From:R} to {window.To:R}, {filter}, {options}";
        ShouldEqual(
            await reports.WorkspaceDailyAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (row.CreatedAt.InZone(window.Zone).Date, row.Provider, row.Model),
                (key, tasks, figures) => new DailyUsage(key.Date, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceSummaryAsync(workspace, window, filter, options, Cancellation),
            expected.By(row => (row.Provider, row.Model), (key, tasks, figures) => new ModelUsage(key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceByAgentAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (row.AgentId, row.Provider, row.Model),
                (key, tasks, figures) => new AgentUsage(key.AgentId, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceByProjectAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (row.ProjectId, row.Provider, row.Model),
                (key, tasks, figures) => new ProjectUsage(key.ProjectId, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceByHourAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (row.CreatedAt.InZone(window.Zone).Hour, row.Provider, row.Model),
                (key, tasks, figures) => new HourUsage(key.Hour, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceHeatmapAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => row.CreatedAt.InZone(window.Zone) is var clock ? ((int)clock.DayOfWeek, clock.Hour) : default,
                (key, _, figures) => new HeatmapUsage(key.Item1, key.Item2, figures)),
            label);
        ShouldEqual(await reports.WorkspaceTotalAsync(workspace, window, filter, options, Cancellation), [expected.Total()], label);
    }

    private async Task CompareRuntimeAsync(Guid workspace, Guid runtime, ReportWindow window, ReportOptions options)
    {
        var expected = naive.Where(row => row.WorkspaceId == workspace && row.RuntimeId == runtime).In(window);
        var label = $"{window.Zone} {window.From:R} to {window.To:R}, {options}";
        ShouldEqual(
            await reports.RuntimeDailyAsync(workspace, runtime, window, options, Cancellation),
            expected.By(
                row => (row.CreatedAt.InZone(window.Zone).Date, row.Provider, row.Model),
                (key, tasks, figures) => new DailyUsage(key.Date, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.RuntimeByAgentAsync(workspace, runtime, window, options, Cancellation),
            expected.By(
                row => (row.AgentId, row.Provider, row.Model),
                (key, tasks, figures) => new AgentUsage(key.AgentId, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.RuntimeByHourAsync(workspace, runtime, window, options, Cancellation),
            expected.By(
                row => (row.CreatedAt.InZone(window.Zone).Hour, row.Provider, row.Model),
                (key, tasks, figures) => new HourUsage(key.Hour, key.Provider, key.Model, tasks, figures)),
            label);
    }

    [Fact]
    public async Task The_reports_of_issues_and_tasks_agree_with_a_count_row_by_row()
    {
        foreach (var (workspace, issue) in usage.Workspaces.SelectMany(_ => usage.Issues, (workspace, issue) => (workspace, issue)))
        {
            var expected = naive.Where(row => row.WorkspaceId == workspace && row.IssueId == issue);
            ShouldEqual(
                await reports.IssueTasksAsync(workspace, issue, Cancellation),
                expected.By(
                    row => (row.TaskId, row.Provider, row.Model),
                    (key, tasks, figures) => new TaskUsage(key.TaskId, key.Provider, key.Model, tasks, figures)),
                "by task");
            ShouldEqual(await reports.IssueTotalAsync(workspace, issue, Cancellation), [expected.Total()], "total");
        }

        foreach (var task in naive.Rows.GroupBy(row => (row.WorkspaceId, row.TaskId)).Take(20))
        {
            ShouldEqual(
                await reports.TaskAsync(task.Key.WorkspaceId, task.Key.TaskId, Cancellation),
                naive.Where(row => row.TaskId == task.Key.TaskId).By(
                    row => (row.Provider, row.Model), (key, tasks, figures) => new ModelUsage(key.Provider, key.Model, tasks, figures)),
                "task");
        }
    }

    private static void ShouldEqual<TRow>(UsageReport<TRow> report, IReadOnlyList<TRow> expected, string label) =>
        report.Rows.ShouldBe(expected, ignoreOrder: true, $"{typeof(TRow).Name} from {report.Source}: {label}");
}
