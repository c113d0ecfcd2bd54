using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Compares every report with a row-by-row count.</summary>
internal sealed class ReportComparison(IUsageReports reports, NaiveUsage naive)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task WorkspaceAsync(Guid workspace, ReportWindow window, ReportFilter filter, ReportOptions options)
    {
        var hidden = options.HiddenAgents ?? new HashSet<Guid>();
        var expected = naive.Where(row => row.WorkspaceId == workspace
            && (filter.AgentId is not { } agent || !hidden.Contains(agent))
            && (!filter.OtherAgents || hidden.Contains(row.AgentId))).In(window).Through(filter);
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
                row => (AgentId: Seen(row.AgentId), row.Provider, row.Model),
                (key, tasks, figures) => new AgentUsage(key.AgentId, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceWeeklyAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (Week: Monday(row.CreatedAt.InZone(window.Zone).Date), row.Provider, row.Model),
                (key, tasks, figures) => new WeeklyUsage(key.Week, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceMonthlyAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (Month: row.CreatedAt.InZone(window.Zone).Date.With(DateAdjusters.StartOfMonth), row.Provider, row.Model),
                (key, tasks, figures) => new MonthlyUsage(key.Month, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceByRuntimeAsync(workspace, window, filter, options, Cancellation),
            expected.By(
                row => (row.RuntimeId, row.Provider, row.Model),
                (key, tasks, figures) => new RuntimeUsage(key.RuntimeId, key.Provider, key.Model, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceAgentsAsync(workspace, window, filter, options, Cancellation),
            expected.By(row => new ValueTuple<Guid?>(Seen(row.AgentId)), (key, tasks, figures) => new AgentTotal(key.Item1, tasks, figures)),
            label);
        ShouldEqual(
            await reports.WorkspaceProjectsAsync(workspace, window, filter, options, Cancellation),
            expected.By(row => new ValueTuple<Guid?>(row.ProjectId), (key, tasks, figures) => new ProjectTotal(key.Item1, tasks, figures)),
            label);
        if (Period.DaysBetween(window.From, window.To) < ReportWindow.MaxHourlyDays)
        {
            var hours = await reports.WorkspaceByLocalHourAsync(workspace, window, filter, options, Cancellation);
            ShouldEqual(
                hours,
                expected.By(
                    row => (Start: NaiveHour.StartOf(row.CreatedAt, window.Zone), row.Provider, row.Model),
                    (key, tasks, figures) => new LocalHourUsage(
                        key.Start, key.Start.InZone(window.Zone).Date, key.Start.InZone(window.Zone).Hour, key.Provider, key.Model, tasks, figures)),
                label);
            var byHour = await reports.WorkspaceTasksByLocalHourAsync(workspace, window, filter, options, Cancellation);
            byHour.Rows.ShouldBe(
                expected.FirstUses(row => NaiveHour.StartOf(row.CreatedAt, window.Zone)).Select(one => new LocalHourTasks(
                    one.Slot, one.Slot.InZone(window.Zone).Date, one.Slot.InZone(window.Zone).Hour, one.RuntimeId, Seen(one.AgentId),
                    one.ProjectId, one.Tasks)).Merged(row => row with { TaskCount = 0 }, (row, tasks) => row with { TaskCount = tasks }, row => row.TaskCount),
                ignoreOrder: true, label);
        }

        (await reports.WorkspaceDailyTasksAsync(workspace, window, filter, options, Cancellation)).Rows.ShouldBe(
            expected.FirstUses(row => row.CreatedAt.InZone(window.Zone).Date).Select(one => new DailyTasks(
                one.Slot, one.RuntimeId, Seen(one.AgentId), one.ProjectId, one.Tasks))
                .Merged(row => row with { TaskCount = 0 }, (row, tasks) => row with { TaskCount = tasks }, row => row.TaskCount),
            ignoreOrder: true, label);
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

        Guid? Seen(Guid agent) => hidden.Contains(agent) ? null : agent;
    }

    private static LocalDate Monday(LocalDate date) =>
        date.DayOfWeek == IsoDayOfWeek.Monday ? date : date.With(DateAdjusters.Previous(IsoDayOfWeek.Monday));

    public async Task RuntimeAsync(Guid workspace, Guid runtime, ReportWindow window, ReportOptions options)
    {
        var hidden = options.HiddenAgents ?? new HashSet<Guid>();
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
                row => (AgentId: hidden.Contains(row.AgentId) ? (Guid?)null : row.AgentId, row.Provider, row.Model),
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
