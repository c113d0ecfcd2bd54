using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Compares every report with a row-by-row count.</summary>
internal sealed class ReportComparison(UsageReports reports, NaiveUsage naive)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task WorkspaceAsync(Guid workspace, ReportWindow window, ReportFilter filter, ReportOptions options)
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

    public async Task RuntimeAsync(Guid workspace, Guid runtime, ReportWindow window, ReportOptions options)
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

    public async Task TasksAsync(IReadOnlyList<Guid> workspaces, IReadOnlyList<Guid> issues)
    {
        foreach (var (workspace, issue) in workspaces.SelectMany(_ => issues, (workspace, issue) => (workspace, issue)))
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
