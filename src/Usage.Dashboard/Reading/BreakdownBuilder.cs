using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;

namespace Usage.Dashboard.Reading;

/// <summary>Makes the breakdowns of a page: rows with names, links and what there was before.</summary>
internal sealed class BreakdownBuilder(Subject subject, PageState state, EntityNames names, CancellationToken cancellationToken)
{
    private readonly string page = StateQuery.Word(subject.Kind);

    public async Task<IReadOnlyList<Breakdown>> BuildAsync(WindowFigures figures, WindowFigures? earlier)
    {
        List<Breakdown> breakdowns = [];
        if (subject.Kind != SubjectKind.Model)
        {
            breakdowns.Add(new("models", "Models", Order("models", Models(figures, earlier))));
        }

        foreach (var dimension in Dimension.All.Where(dimension => dimension.Kind != subject.Kind))
        {
            breakdowns.Add(new(
                dimension.Id, dimension.Title, Order(dimension.Id, await EntitiesAsync(dimension, figures, earlier).ConfigureAwait(false))));
        }

        return breakdowns;
    }

    /// <summary>A task that used two models is a task of both, so these do not add up.</summary>
    private IEnumerable<BreakdownRow> Models(WindowFigures figures, WindowFigures? earlier)
    {
        var sums = figures.Daily.Rows.GroupBy(row => (row.Provider, row.Model)).ToDictionary(group => group.Key, Measures.Sum);
        var before = earlier?.Daily.Rows.GroupBy(row => (row.Provider, row.Model)).ToDictionary(group => group.Key, Measures.Sum);
        var tasks = figures.Models!.Rows.ToDictionary(row => (row.Provider, row.Model), row => row.TaskCount);
        return from row in sums
               let only = state with { Provider = row.Key.Provider, Model = row.Key.Model }
               select new BreakdownRow(
                   $"{row.Key.Provider} {row.Key.Model}", row.Key.Model, TrendBuilder.ProviderName(row.Key.Provider),
                   StateQuery.Link("model", state.Along(subject.WorkspaceId) with { Provider = row.Key.Provider, Model = row.Key.Model }),
                   FilterLink(only), row.Value with { Tasks = tasks.GetValueOrDefault(row.Key) }, Before(before, row.Key));
    }

    private async Task<IEnumerable<BreakdownRow>> EntitiesAsync(Dimension dimension, WindowFigures figures, WindowFigures? earlier)
    {
        var (sums, before) = (figures.SumsOf(dimension), earlier?.SumsOf(dimension));
        var book = await names.OfAsync(
            dimension.Kind, subject.WorkspaceId, sums.Keys.Where(key => key != Dimension.NoneKey), cancellationToken).ConfigureAwait(false);
        return from row in sums
               select new BreakdownRow(
                   dimension.Word(row.Key), dimension.NameOf(row.Key, book), row.Key == Dimension.NoneKey ? null : row.Key.ToString(),
                   book.Has(row.Key) ? StateQuery.Link(StateQuery.Word(dimension.Kind), state.Along(row.Key)) : null,
                   FilterLink(dimension.Only(state, row.Key)), row.Value, Before(before, row.Key));
    }

    /// <summary>Null where it would change nothing.</summary>
    private string? FilterLink(PageState only) => only == state ? null : StateQuery.Link(page, only);

    private List<BreakdownRow> Order(string table, IEnumerable<BreakdownRow> rows)
    {
        var column = TableSort.Of(state.Sort, table);
        var ordered = column.Column switch
        {
            "name" => rows.OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase),
            "input" => rows.OrderBy(row => row.Sum.Input),
            "output" => rows.OrderBy(row => row.Sum.Output),
            "cached" => rows.OrderBy(row => row.Sum.CacheRead + row.Sum.CacheWrite),
            "tokens" => rows.OrderBy(row => row.Sum.Tokens),
            "tasks" => rows.OrderBy(row => row.Sum.Tasks),
            "change" => rows.OrderBy(row => row.Before is { Cost: > 0 } before ? (row.Sum.Cost - before.Cost) / before.Cost : decimal.MaxValue),
            _ => rows.OrderBy(row => row.Sum.Cost).ThenBy(row => row.Sum.Tokens),
        };
        // Ties are ordered by key, so that rows don't move when the page is read again.
        var ascending = ordered.ThenBy(row => row.Key, StringComparer.Ordinal);
        return [.. column.Descending ? ascending.Reverse() : ascending];
    }

    private static Measures? Before<TKey>(IReadOnlyDictionary<TKey, Measures>? sums, TKey key)
        where TKey : notnull => sums is null ? null : sums.GetValueOrDefault(key);
}
