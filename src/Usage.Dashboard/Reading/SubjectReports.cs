using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>The engine's reports of what a page is about, narrowed to what the page is filtered by.</summary>
internal sealed class SubjectReports(UsageReports reports, Subject subject, PageState state, CancellationToken cancellationToken)
{
    private readonly ReportFilter filter = FilterOf(subject, state);

    /// <summary>The workspace that it is in.</summary>
    public Guid WorkspaceId => subject.WorkspaceId;

    /// <summary>Whether the engine can narrow this subject's usage down, and tell it apart by project and time of the week.</summary>
    public bool CanFilter => subject.Kind != SubjectKind.Runtime;

    public Task<UsageReport<DailyUsage>> DailyAsync(ReportWindow window) => DailyAsync(window, filter);

    /// <summary>The days of only one agent.</summary>
    public Task<UsageReport<DailyUsage>> DailyOfAgentAsync(ReportWindow window, Guid agent) =>
        DailyAsync(window, filter with { AgentId = agent });

    /// <summary>The days of only one project; null: of usage without one.</summary>
    public Task<UsageReport<DailyUsage>> DailyOfProjectAsync(ReportWindow window, Guid? project) =>
        DailyAsync(window, filter with { ProjectId = project, WithoutProject = project is null });

    public Task<UsageReport<HourUsage>> HoursAsync(ReportWindow window) => HoursAsync(window, filter);

    public Task<UsageReport<HourUsage>> HoursOfAgentAsync(ReportWindow window, Guid agent) =>
        HoursAsync(window, filter with { AgentId = agent });

    public Task<UsageReport<HourUsage>> HoursOfProjectAsync(ReportWindow window, Guid? project) =>
        HoursAsync(window, filter with { ProjectId = project, WithoutProject = project is null });

    public Task<UsageReport<AgentUsage>> AgentsAsync(ReportWindow window) => CanFilter
        ? reports.WorkspaceByAgentAsync(subject.WorkspaceId, window, filter, cancellationToken: cancellationToken)
        : reports.RuntimeByAgentAsync(subject.WorkspaceId, subject.Id, window, cancellationToken: cancellationToken);

    /// <summary>Distinct tasks by model; null where no report counts them.</summary>
    public async Task<UsageReport<ModelUsage>?> ModelsAsync(ReportWindow window) => CanFilter
        ? await reports.WorkspaceSummaryAsync(subject.WorkspaceId, window, filter, cancellationToken: cancellationToken).ConfigureAwait(false)
        : null;

    public async Task<UsageReport<ProjectUsage>?> ProjectsAsync(ReportWindow window) => CanFilter
        ? await reports.WorkspaceByProjectAsync(subject.WorkspaceId, window, filter, cancellationToken: cancellationToken).ConfigureAwait(false)
        : null;

    public async Task<UsageReport<HeatmapUsage>?> HeatmapAsync(ReportWindow window) => CanFilter
        ? await reports.WorkspaceHeatmapAsync(subject.WorkspaceId, window, filter, cancellationToken: cancellationToken).ConfigureAwait(false)
        : null;

    /// <summary>Distinct tasks; null where no report counts them.</summary>
    public async Task<TotalUsage?> TotalAsync(ReportWindow window) => CanFilter
        ? (await reports.WorkspaceTotalAsync(subject.WorkspaceId, window, filter, cancellationToken: cancellationToken).ConfigureAwait(false)).Rows[0]
        : null;

    /// <summary>Task starts by hour of the local clock, over all time; of runtimes only.</summary>
    public async Task<UsageReport<HourActivity>?> ActivityAsync(ReportWindow window) => CanFilter
        ? null
        : await reports.RuntimeActivityAsync(subject.WorkspaceId, subject.Id, window.Zone, cancellationToken).ConfigureAwait(false);

    private Task<UsageReport<DailyUsage>> DailyAsync(ReportWindow window, ReportFilter narrowed) => CanFilter
        ? reports.WorkspaceDailyAsync(subject.WorkspaceId, window, narrowed, cancellationToken: cancellationToken)
        : reports.RuntimeDailyAsync(subject.WorkspaceId, subject.Id, window, cancellationToken: cancellationToken);

    private Task<UsageReport<HourUsage>> HoursAsync(ReportWindow window, ReportFilter narrowed) => CanFilter
        ? reports.WorkspaceByHourAsync(subject.WorkspaceId, window, narrowed, cancellationToken: cancellationToken)
        : reports.RuntimeByHourAsync(subject.WorkspaceId, subject.Id, window, cancellationToken: cancellationToken);

    private static ReportFilter FilterOf(Subject subject, PageState state) => subject.Kind switch
    {
        SubjectKind.Agent => state.Filter with { AgentId = subject.Id },
        SubjectKind.Project => state.Filter with { ProjectId = subject.Id, WithoutProject = false },
        SubjectKind.Runtime => ReportFilter.None,
        _ => state.Filter,
    };
}
