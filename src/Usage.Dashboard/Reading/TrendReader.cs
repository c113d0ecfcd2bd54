using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Charts;
using Usage.Dashboard.Names;

namespace Usage.Dashboard.Reading;

/// <summary>Reads a trend, as it is asked to be stacked.</summary>
internal sealed class TrendReader(SubjectReports own, PageState state, EntityNames names, CancellationToken cancellationToken)
{
    /// <param name="grain">The period of a column.</param>
    /// <param name="figures">The reports of the window.</param>
    /// <param name="earlier">The reports of the comparison window; null without a comparison.</param>
    /// <param name="now">The current time, which decides which column is still running.</param>
    public async Task<Trend> ReadAsync(Grain grain, WindowFigures figures, WindowFigures? earlier, Instant now)
    {
        var columns = TrendColumns.Of(figures.Window, grain, now.InZone(figures.Window.Zone));
        TrendBuilder builder = new(columns, grain, state.Measure);
        var whole = await WholeAsync(grain, figures).ConfigureAwait(false);
        var series = Dimension.Of(state.Grouping) is { } dimension
            ? await PartsAsync(builder, dimension, whole, grain, figures).ConfigureAwait(false)
            : builder.Series(whole, state.Grouping);
        IReadOnlyList<decimal?> before = earlier is null
            ? []
            : builder.Before(
                await WholeAsync(grain, earlier).ConfigureAwait(false), Period.DaysBetween(earlier.Window.From, figures.Window.From));
        return new(grain, state.Measure, columns, series, before);
    }

    private async Task<IReadOnlyList<SlotUsage>> WholeAsync(Grain grain, WindowFigures figures) =>
        state.Measure == Measure.Tasks ? [.. figures.Tasks.Select(slot => slot.Usage)]
        : grain == Grain.Hour ? await own.SlotsAsync(grain, figures.Window).ConfigureAwait(false)
        : SubjectReports.Days(figures.Daily.Rows);

    /// <summary>The largest entities, each by itself; tasks are known of all.</summary>
    private async Task<IReadOnlyList<TrendSeries>> PartsAsync(
        TrendBuilder builder, Dimension dimension, IReadOnlyList<SlotUsage> whole, Grain grain, WindowFigures figures)
    {
        var sums = figures.SumsOf(dimension);
        var largest = LargestSeries.Of(sums.Select(entity => KeyValuePair.Create(entity.Key, TrendBuilder.Value(entity.Value, state.Measure))));
        var book = await names.OfAsync(dimension.Kind, own.WorkspaceId, largest, cancellationToken).ConfigureAwait(false);
        var usage = state.Measure == Measure.Tasks
            ? largest.Select(key => figures.Tasks.Where(slot => dimension.KeyOf(slot) == key).Select(slot => slot.Usage).ToArray()).ToArray<IReadOnlyList<SlotUsage>>()
            : await Task.WhenAll(largest.Select(key => own.SlotsAsync(grain, figures.Window, (dimension, key)))).ConfigureAwait(false);
        return builder.Parts(
            whole, [.. largest.Zip(usage, (key, slots) => (dimension.NameOf(key, book), slots))], areAll: largest.Count == sums.Count);
    }
}
