using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Reads all that an analysis page shows.</summary>
internal sealed class AnalysisReader(
    IUsageReports reports, PriceStore prices, EngineState engine, EntityNames names, WorkspaceStore workspaces, TimeProvider time)
{
    private const int Attempts = 3;

    /// <param name="subject">The subject of the page. The caller checks access.</param>
    /// <param name="state">The state of the page.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async Task<AnalysisView> ReadAsync(Subject subject, PageState state, Viewer viewer, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var zone = state.Zone is { } asked ? TimeZones.Parse(asked) : viewer.Zone;
        var window = state.Window.Resolve(now, zone);
        var grain = TrendColumns.Fitting(window, state.Grain);
        SubjectReports own = new(reports, subject, state, viewer.HiddenAgents, cancellationToken);
        var reading = FiguresAsync(own, grain, window);
        var readingEarlier = ComparisonWindow.Of(window, state.Comparison) is { } before ? EarlierFiguresAsync(own, grain, before) : NoneAsync();
        var readingOutcomes = new OutcomeReader(own, subject, state, names, cancellationToken).ReadAsync(window, grain, now);
        await Task.WhenAll(reading, readingEarlier, readingOutcomes).ConfigureAwait(false);
        var figures = await reading.ConfigureAwait(false);
        var earlier = await readingEarlier.ConfigureAwait(false);
        BreakdownBuilder builder = new(subject, state, names, cancellationToken);
        var total = figures.Total;
        return new()
        {
            Subject = subject,
            State = state,
            Now = now,
            Window = window,
            Total = total,
            Earlier = earlier is null ? null : new(earlier.Window, earlier.Total),
            Days = DaysOf(figures),
            Trend = await new TrendReader(own, state, names, cancellationToken).ReadAsync(grain, figures, earlier, now).ConfigureAwait(false),
            Breakdowns = await builder.BuildAsync(figures, earlier).ConfigureAwait(false),
            When = WeekHours.Of(figures.Heatmap!.Rows, window, now, AnalysisView.WeekMeasureOf(state.Measure)),
            Outcomes = await readingOutcomes.ConfigureAwait(false),
            Activity = await own.ActivityAsync(zone).ConfigureAwait(false),
            Unpriced = figures.Daily.Unpriced,
            CacheSaving = CacheSaving.Of(figures.Daily.Rows, await prices.ReadAsync(cancellationToken).ConfigureAwait(false)),
            Freshness = Freshness.Of(await engine.ReadAsync(cancellationToken).ConfigureAwait(false), window, figures.Daily.Source, figures.Daily.FrozenBefore),
            Emptiness = await EmptinessAsync(subject, state, viewer, total, window, cancellationToken).ConfigureAwait(false),
            FilterNames = await FilterNamesAsync(subject.WorkspaceId, state, viewer, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>
    /// The reports of a window, from one state of the data. Each report has its own snapshot, so they are read again, a few times at
    /// most, if a drain committed in between.
    /// </summary>
    private static async Task<WindowFigures> FiguresAsync(SubjectReports own, Grain grain, ReportWindow window)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (daily, tasks, models, heatmap) = (own.DailyAsync(window), own.TasksAsync(grain, window), own.ModelsAsync(window), own.HeatmapAsync(window));
            var entities = EntitiesAsync(own, window);
            await Task.WhenAll(daily, tasks, models, heatmap, entities).ConfigureAwait(false);
            WindowFigures figures = new(
                window, await daily.ConfigureAwait(false), await tasks.ConfigureAwait(false), await models.ConfigureAwait(false),
                await entities.ConfigureAwait(false), await heatmap.ConfigureAwait(false));
            if (figures.Agree || attempt == Attempts)
            {
                return figures;
            }
        }
    }

    /// <summary>The same of the earlier window, which changes rarely, without what nothing is compared with.</summary>
    private static async Task<WindowFigures?> EarlierFiguresAsync(SubjectReports own, Grain grain, ReportWindow window)
    {
        var (daily, tasks, entities) = (own.DailyAsync(window), own.TasksAsync(grain, window), EntitiesAsync(own, window));
        await Task.WhenAll(daily, tasks, entities).ConfigureAwait(false);
        return new(
            window, await daily.ConfigureAwait(false), await tasks.ConfigureAwait(false), Models: null,
            await entities.ConfigureAwait(false), Heatmap: null);
    }

    private static Task<WindowFigures?> NoneAsync() => Task.FromResult<WindowFigures?>(null);

    private static async Task<IReadOnlyDictionary<Dimension, IReadOnlyList<KeyValuePair<Guid, UsageFigures>>>> EntitiesAsync(
        SubjectReports own, ReportWindow window)
    {
        var rows = await Task.WhenAll(Dimension.All.Select(dimension => own.EntitiesAsync(dimension, window))).ConfigureAwait(false);
        return Dimension.All.Zip(rows).ToDictionary(one => one.First, one => one.Second);
    }

    private static IReadOnlyList<(LocalDate, Measures)> DaysOf(WindowFigures figures)
    {
        var sums = figures.Daily.Rows.GroupBy(row => row.Date).ToDictionary(day => day.Key, Measures.Sum);
        var tasks = figures.Tasks.GroupBy(slot => slot.Time.Date).ToDictionary(day => day.Key, day => day.Sum(slot => slot.Tasks));
        return
        [
            .. Enumerable.Range(0, TrendColumns.DayCount(figures.Window)).Select(figures.Window.From.PlusDays)
                .Select(date => (date, sums.GetValueOrDefault(date) with { Tasks = tasks.GetValueOrDefault(date) }))
        ];
    }

    private async Task<Emptiness> EmptinessAsync(
        Subject subject, PageState state, Viewer viewer, Measures total, ReportWindow window, CancellationToken cancellationToken)
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
            && (await new SubjectReports(reports, subject, state.WithoutFilters, viewer.HiddenAgents, cancellationToken).DailyAsync(window).ConfigureAwait(false)).Rows.Count > 0
            ? Emptiness.NoneForFilters
            : Emptiness.NoneInWindow;
    }

    /// <summary>An agent that the viewer may not see is like one that is deleted.</summary>
    private async Task<FilterNames> FilterNamesAsync(Guid workspace, PageState state, Viewer viewer, CancellationToken cancellationToken)
    {
        Dictionary<Dimension, string> found = [];
        foreach (var dimension in Dimension.All)
        {
            if (dimension.Chosen(state) is { } word)
            {
                var key = Guid.TryParse(word, out var id) ? id : Dimension.NoneKey;
                var book = await names.OfAsync(
                    dimension.Kind, workspace, viewer.HiddenAgents.Contains(key) ? [] : [key], cancellationToken).ConfigureAwait(false);
                found.Add(dimension, dimension.NameOf(key, book));
            }
        }

        return new(found);
    }
}
