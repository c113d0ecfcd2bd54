using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>The engine's reports of what a page is about, narrowed to what the page is filtered by, as a viewer may see them.</summary>
/// <param name="reports">The engine's reports.</param>
/// <param name="subject">The subject of the page.</param>
/// <param name="state">The state of the page, with its filter.</param>
/// <param name="hiddenAgents">The agents that the viewer may not see.</param>
/// <param name="cancellationToken">Cancels the read.</param>
internal sealed class SubjectReports(
    IUsageReports reports, Subject subject, PageState state, IReadOnlySet<Guid> hiddenAgents, CancellationToken cancellationToken)
{
    private readonly ReportFilter filter = FilterOf(subject, state);
    private readonly ReportOptions options = new() { HiddenAgents = hiddenAgents };

    /// <summary>The workspace that it is in.</summary>
    public Guid WorkspaceId => subject.WorkspaceId;

    public Task<UsageReport<DailyUsage>> DailyAsync(ReportWindow window) =>
        reports.WorkspaceDailyAsync(WorkspaceId, window, filter, options, cancellationToken);

    /// <summary>Distinct tasks by model.</summary>
    public Task<UsageReport<ModelUsage>> ModelsAsync(ReportWindow window) =>
        reports.WorkspaceSummaryAsync(WorkspaceId, window, filter, options, cancellationToken);

    public Task<UsageReport<HeatmapUsage>> HeatmapAsync(ReportWindow window) =>
        reports.WorkspaceHeatmapAsync(WorkspaceId, window, filter, options, cancellationToken);

    /// <summary>The figures of each entity of a dimension, by its key; several for one.</summary>
    public async Task<IReadOnlyList<KeyValuePair<Guid, UsageFigures>>> EntitiesAsync(Dimension dimension, ReportWindow window)
    {
        return dimension.Kind switch
        {
            SubjectKind.Agent => Keyed(
                (await reports.WorkspaceByAgentAsync(WorkspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Rows,
                row => row.AgentId),
            SubjectKind.Project => Keyed(
                (await reports.WorkspaceByProjectAsync(WorkspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Rows,
                row => row.ProjectId),
            _ => Keyed(
                (await reports.WorkspaceByRuntimeAsync(WorkspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Rows,
                row => row.RuntimeId),
        };
    }

    /// <summary>Usage by hour, week or month, of all or of only one entity.</summary>
    public async Task<IReadOnlyList<SlotUsage>> SlotsAsync(Grain grain, ReportWindow window, (Dimension Dimension, Guid Key)? only = null)
    {
        var narrowed = only is var (dimension, key) ? dimension.Only(filter, key) : filter;
        return grain switch
        {
            Grain.Hour => Slots(
                (await reports.WorkspaceByLocalHourAsync(WorkspaceId, window, narrowed, options, cancellationToken).ConfigureAwait(false)).Rows,
                row => new(row.Date, row.Hour, row.Start), row => (row.Provider, row.Model)),
            Grain.Week => Slots(
                (await reports.WorkspaceWeeklyAsync(WorkspaceId, window, narrowed, options, cancellationToken).ConfigureAwait(false)).Rows,
                row => new(row.Week), row => (row.Provider, row.Model)),
            Grain.Month => Slots(
                (await reports.WorkspaceMonthlyAsync(WorkspaceId, window, narrowed, options, cancellationToken).ConfigureAwait(false)).Rows,
                row => new(row.Month), row => (row.Provider, row.Model)),
            _ => Days((await reports.WorkspaceDailyAsync(WorkspaceId, window, narrowed, options, cancellationToken).ConfigureAwait(false)).Rows),
        };
    }

    /// <summary>The days of a report that is read already.</summary>
    public static IReadOnlyList<SlotUsage> Days(IReadOnlyList<DailyUsage> rows) =>
        Slots(rows, row => new(row.Date), row => (row.Provider, row.Model));

    /// <summary>Each task once, by hour where the grain is that, else by day.</summary>
    public async Task<IReadOnlyList<TaskSlot>> TasksAsync(Grain grain, ReportWindow window) => grain == Grain.Hour
        ?
        [
            .. (await reports.WorkspaceTasksByLocalHourAsync(WorkspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Rows
                .Select(row => new TaskSlot(new(row.Date, row.Hour, row.Start), row.RuntimeId, row.AgentId, row.ProjectId, row.TaskCount))
        ]
        :
        [
            .. (await reports.WorkspaceDailyTasksAsync(WorkspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)).Rows
                .Select(row => new TaskSlot(new(row.Date), row.RuntimeId, row.AgentId, row.ProjectId, row.TaskCount))
        ];

    /// <summary>How tasks ended; null on a page of only one provider or model, since tasks have neither.</summary>
    public async Task<OutcomeReports?> OutcomesAsync(ReportWindow window) => filter is { Provider: null, Model: null }
        ? await reports.WorkspaceOutcomesAsync(WorkspaceId, window, filter, options, cancellationToken).ConfigureAwait(false)
        : null;

    /// <summary>Task starts by hour of the local clock, over all time; of runtimes only.</summary>
    public async Task<IReadOnlyList<HourActivity>?> ActivityAsync(DateTimeZone zone) => subject.Kind == SubjectKind.Runtime
        ? (await reports.RuntimeActivityAsync(WorkspaceId, subject.Id, zone, cancellationToken).ConfigureAwait(false)).Rows
        : null;

    private static KeyValuePair<Guid, UsageFigures>[] Keyed<TRow>(IReadOnlyList<TRow> rows, Func<TRow, Guid?> key)
        where TRow : UsageFigures => [.. rows.Select(row => KeyValuePair.Create(key(row) ?? Dimension.NoneKey, (UsageFigures)row))];

    private static SlotUsage[] Slots<TRow>(
        IReadOnlyList<TRow> rows, Func<TRow, SlotTime> time, Func<TRow, (string Provider, string Model)> model)
        where TRow : UsageFigures =>
        [.. rows.Select(row => model(row) is var (provider, name) ? new SlotUsage(time(row), provider, name, Measures.Of(row)) : default)];

    private static ReportFilter FilterOf(Subject subject, PageState state) => subject.Kind switch
    {
        SubjectKind.Agent => Dimension.Agents.Only(state.Filter, subject.Id),
        SubjectKind.Project => Dimension.Projects.Only(state.Filter, subject.Id),
        SubjectKind.Runtime => Dimension.Runtimes.Only(state.Filter, subject.Id),
        _ => state.Filter,
    };
}
