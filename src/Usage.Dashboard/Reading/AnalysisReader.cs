using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Reads all that an analysis page shows.</summary>
internal sealed class AnalysisReader(
    UsageReports reports, PriceStore prices, EngineState engine, EntityNames names, WorkspaceStore workspaces, TimeProvider time)
{
    private const int Attempts = 3;

    /// <param name="subject">What the page is about; that its reader may read it is the caller's to check.</param>
    /// <param name="state">What is asked for.</param>
    /// <param name="viewerZone">The zone of a viewer who asks for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<AnalysisView> ReadAsync(
        Subject subject, PageState state, DateTimeZone viewerZone, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var zone = state.Zone is { } asked ? TimeZones.Parse(asked) : viewerZone;
        var window = state.Window.Resolve(now, zone);
        SubjectReports own = new(reports, subject, state, cancellationToken);
        var figures = await FiguresAsync(own, window).ConfigureAwait(false);
        var earlier = ComparisonWindow.Of(window, state.Comparison) is { } before ? await EarlierFiguresAsync(own, before).ConfigureAwait(false) : null;
        BreakdownBuilder builder = new(subject, state, names, cancellationToken);
        var breakdowns = await builder.BuildAsync(figures, earlier).ConfigureAwait(false);
        var trend = await new TrendReader(own, state, names, cancellationToken).ReadAsync(figures, earlier, now).ConfigureAwait(false);
        var total = Measures.Sum(figures.Daily.Rows);
        return new()
        {
            Subject = subject,
            State = state,
            Now = now,
            Window = window,
            Total = total,
            Tasks = figures.Total?.TaskCount,
            Earlier = earlier is null ? null : new(earlier.Window, Measures.Sum(earlier.Daily.Rows), earlier.Total?.TaskCount),
            Days = DaysOf(window, figures.Daily.Rows),
            Trend = trend,
            Breakdowns = breakdowns,
            When = figures.Heatmap is { } heatmap ? WeekHours.Of(heatmap.Rows, window, now, state.Measure) : null,
            Activity = (await own.ActivityAsync(window).ConfigureAwait(false))?.Rows,
            Unpriced = figures.Daily.Unpriced,
            CacheSaving = CacheSaving.Of(figures.Daily.Rows, await prices.ReadAsync(cancellationToken).ConfigureAwait(false)),
            Freshness = Freshness.Of(await engine.ReadAsync(cancellationToken).ConfigureAwait(false), window, figures.Daily.Source),
            Emptiness = await EmptinessAsync(subject, state, total, window, cancellationToken).ConfigureAwait(false),
            FilterNames = await FilterNamesAsync(subject.WorkspaceId, state, cancellationToken).ConfigureAwait(false),
            CanFilter = own.CanFilter,
        };
    }

    /// <summary>
    /// The reports of a window, of one state of the data: each has a snapshot of its own, so they are read again, for a few times, when
    /// a drain came in between.
    /// </summary>
    private static async Task<WindowFigures> FiguresAsync(SubjectReports own, ReportWindow window)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (daily, total, models) = (own.DailyAsync(window), own.TotalAsync(window), own.ModelsAsync(window));
            var (agents, projects, heatmap) = (own.AgentsAsync(window), own.ProjectsAsync(window), own.HeatmapAsync(window));
            await Task.WhenAll(daily, total, models, agents, projects, heatmap).ConfigureAwait(false);
            WindowFigures figures = new(window, await daily.ConfigureAwait(false), await total.ConfigureAwait(false), await models.ConfigureAwait(false), await agents.ConfigureAwait(false), await projects.ConfigureAwait(false), await heatmap.ConfigureAwait(false));
            if (figures.Agree || attempt == Attempts)
            {
                return figures;
            }
        }
    }

    /// <summary>The same of the earlier window, which changes rarely, without what nothing is compared with.</summary>
    private static async Task<WindowFigures> EarlierFiguresAsync(SubjectReports own, ReportWindow window)
    {
        var (daily, total) = (own.DailyAsync(window), own.TotalAsync(window));
        var (agents, projects) = (own.AgentsAsync(window), own.ProjectsAsync(window));
        await Task.WhenAll(daily, total, agents, projects).ConfigureAwait(false);
        return new(window, await daily.ConfigureAwait(false), await total.ConfigureAwait(false), null, await agents.ConfigureAwait(false), await projects.ConfigureAwait(false), null);
    }

    private static IReadOnlyList<(LocalDate, Measures)> DaysOf(ReportWindow window, IReadOnlyList<DailyUsage> rows)
    {
        var sums = rows.GroupBy(row => row.Date).ToDictionary(day => day.Key, Measures.Sum);
        return
        [
            .. Enumerable.Range(0, TrendColumns.DayCount(window)).Select(window.From.PlusDays)
                .Select(date => (date, sums.GetValueOrDefault(date)))
        ];
    }

    private async Task<Emptiness> EmptinessAsync(
        Subject subject, PageState state, Measures total, ReportWindow window, CancellationToken cancellationToken)
    {
        if (total.Events > 0)
        {
            return Emptiness.None;
        }

        if (!await workspaces.HasUsageAsync(subject.WorkspaceId, cancellationToken).ConfigureAwait(false))
        {
            return Emptiness.NeverAny;
        }

        return state.IsFiltered && subject.Kind != SubjectKind.Model
            && (await new SubjectReports(reports, subject, state.WithoutFilters, cancellationToken).DailyAsync(window).ConfigureAwait(false)).Rows.Count > 0
            ? Emptiness.NoneForFilters
            : Emptiness.NoneInWindow;
    }

    private async Task<FilterNames> FilterNamesAsync(Guid workspace, PageState state, CancellationToken cancellationToken)
    {
        var project = state.Project is { } id ? (await names.OfAsync(SubjectKind.Project, workspace, [id], cancellationToken).ConfigureAwait(false))[id] : null;
        var agent = state.Agent is { } key ? (await names.OfAsync(SubjectKind.Agent, workspace, [key], cancellationToken).ConfigureAwait(false))[key] : null;
        return new(state.WithoutProject ? "No project" : project, agent);
    }
}
