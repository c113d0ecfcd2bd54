using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Charts;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Reads a trend, as it is asked to be stacked.</summary>
internal sealed class TrendReader(SubjectReports own, PageState state, EntityNames names, CancellationToken cancellationToken)
{
    public async Task<Trend> ReadAsync(WindowFigures figures, WindowFigures? earlier, Instant now)
    {
        var window = figures.Window;
        var grain = TrendColumns.Fitting(window, state.Grain);
        var columns = TrendColumns.Of(window, grain, now.InZone(window.Zone));
        var whole = await SlotsAsync(grain, figures).ConfigureAwait(false);
        var series = state.Grouping switch
        {
            Grouping.Agent when own.CanFilter => TrendBuilder.Parts(columns, grain, whole, await AgentsAsync(grain, figures).ConfigureAwait(false), state.Measure),
            Grouping.Project when own.CanFilter && figures.Projects is not null =>
                TrendBuilder.Parts(columns, grain, whole, await ProjectsAsync(grain, figures).ConfigureAwait(false), state.Measure),
            // Money has no classes that add up to it: an estimate has, a provider's own price has not.
            Grouping.Class when state.Measure == Measure.Tokens => TrendBuilder.Series(columns, grain, whole, state.Measure, Grouping.Class),
            Grouping.Provider => TrendBuilder.Series(columns, grain, whole, state.Measure, Grouping.Provider),
            _ => TrendBuilder.Series(columns, grain, whole, state.Measure, Grouping.Model),
        };
        IReadOnlyList<decimal?> before = earlier is null
            ? []
            : TrendBuilder.Before(
                columns, grain, await SlotsAsync(grain, earlier).ConfigureAwait(false), Period.DaysBetween(earlier.Window.From, window.From), state.Measure);
        return new(grain, state.Measure, columns, series, before);
    }

    private async Task<IReadOnlyList<SlotUsage>> SlotsAsync(Grain grain, WindowFigures figures) => grain == Grain.Hour
        ? await SlotReader.HoursAsync(figures.Window, own.HoursAsync).ConfigureAwait(false)
        : SlotReader.Days(figures.Daily.Rows);

    private async Task<IReadOnlyList<(string, IReadOnlyList<SlotUsage>)>> AgentsAsync(Grain grain, WindowFigures figures)
    {
        var largest = LargestOf(figures.Agents.Rows, row => row.AgentId);
        var book = await names.OfAsync(SubjectKind.Agent, own.WorkspaceId, largest, cancellationToken).ConfigureAwait(false);
        List<(string, IReadOnlyList<SlotUsage>)> parts = [];
        foreach (var agent in largest)
        {
            parts.Add((book[agent], await SlotReader.ReadAsync(
                grain, figures.Window, window => own.DailyOfAgentAsync(window, agent), window => own.HoursOfAgentAsync(window, agent)).ConfigureAwait(false)));
        }

        return parts;
    }

    private async Task<IReadOnlyList<(string, IReadOnlyList<SlotUsage>)>> ProjectsAsync(Grain grain, WindowFigures figures)
    {
        var largest = LargestOf(figures.Projects!.Rows, row => row.ProjectId ?? Guid.Empty);
        var book = await names.OfAsync(SubjectKind.Project, own.WorkspaceId, largest, cancellationToken).ConfigureAwait(false);
        List<(string, IReadOnlyList<SlotUsage>)> parts = [];
        foreach (var key in largest)
        {
            Guid? project = key == Guid.Empty ? null : key;
            parts.Add((project is null ? "No project" : book[key], await SlotReader.ReadAsync(
                grain, figures.Window, window => own.DailyOfProjectAsync(window, project),
                window => own.HoursOfProjectAsync(window, project)).ConfigureAwait(false)));
        }

        return parts;
    }

    private IReadOnlyList<Guid> LargestOf<TRow>(IReadOnlyList<TRow> rows, Func<TRow, Guid> key)
        where TRow : UsageFigures => Largest.Of(
        rows.GroupBy(key).Select(group => KeyValuePair.Create(group.Key, TrendBuilder.Value(Measures.Sum(group), state.Measure))));
}
