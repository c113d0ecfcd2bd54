using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Makes the breakdowns of a page: rows with names, links and what there was before.</summary>
internal sealed class BreakdownBuilder(Subject subject, PageState state, EntityNames names, CancellationToken cancellationToken)
{
    private readonly string page = subject.Kind.ToString().ToLowerInvariant();

    public async Task<IReadOnlyList<Breakdown>> BuildAsync(WindowFigures figures, WindowFigures? earlier)
    {
        List<Breakdown> breakdowns = [];
        if (subject.Kind != SubjectKind.Model)
        {
            breakdowns.Add(new("models", "Models", Order("models", Models(figures, earlier))));
        }

        if (subject.Kind != SubjectKind.Agent)
        {
            breakdowns.Add(new("agents", "Agents", Order("agents", await AgentsAsync(figures, earlier).ConfigureAwait(false))));
        }

        if (subject.Kind != SubjectKind.Project && figures.Projects is not null)
        {
            breakdowns.Add(new("projects", "Projects", Order("projects", await ProjectsAsync(figures, earlier).ConfigureAwait(false))));
        }

        return breakdowns;
    }

    private IEnumerable<BreakdownRow> Models(WindowFigures figures, WindowFigures? earlier)
    {
        var before = Sums(earlier?.Daily.Rows, row => (row.Provider, row.Model));
        var tasks = figures.Models?.Rows.ToDictionary(row => (row.Provider, row.Model), row => row.TaskCount);
        return from row in Sums(figures.Daily.Rows, row => (row.Provider, row.Model))!
               let only = state with { Provider = row.Key.Provider, Model = row.Key.Model }
               select new BreakdownRow(
                   $"{row.Key.Provider} {row.Key.Model}", row.Key.Model, TrendBuilder.ProviderName(row.Key.Provider),
                   StateQuery.Link("model", state.Along(subject.WorkspaceId) with { Provider = row.Key.Provider, Model = row.Key.Model }),
                   FilterLink(only), row.Value, tasks?.GetValueOrDefault(row.Key), Before(before, row.Key));
    }

    private async Task<IEnumerable<BreakdownRow>> AgentsAsync(WindowFigures figures, WindowFigures? earlier)
    {
        var sums = Sums(figures.Agents.Rows, row => row.AgentId)!;
        var before = Sums(earlier?.Agents.Rows, row => row.AgentId);
        var book = await names.OfAsync(SubjectKind.Agent, subject.WorkspaceId, sums.Keys, cancellationToken).ConfigureAwait(false);
        return from row in sums
               select new BreakdownRow(
                   row.Key.ToString(), book[row.Key], row.Key.ToString(),
                   book.Has(row.Key) ? StateQuery.Link("agent", state.Along(row.Key)) : null,
                   FilterLink(state with { Agent = row.Key }), row.Value, Tasks: null, Before(before, row.Key));
    }

    private async Task<IEnumerable<BreakdownRow>> ProjectsAsync(WindowFigures figures, WindowFigures? earlier)
    {
        var sums = Sums(figures.Projects!.Rows, row => row.ProjectId ?? Guid.Empty)!;
        var before = Sums(earlier?.Projects?.Rows, row => row.ProjectId ?? Guid.Empty);
        var book = await names.OfAsync(SubjectKind.Project, subject.WorkspaceId, sums.Keys.Where(id => id != Guid.Empty), cancellationToken).ConfigureAwait(false);
        return from row in sums
               let isNone = row.Key == Guid.Empty
               select new BreakdownRow(
                   row.Key.ToString(), isNone ? "No project" : book[row.Key], isNone ? null : row.Key.ToString(),
                   !isNone && book.Has(row.Key) ? StateQuery.Link("project", state.Along(row.Key)) : null,
                   FilterLink(state with { Project = isNone ? null : row.Key, WithoutProject = isNone }), row.Value, Tasks: null,
                   Before(before, row.Key));
    }

    /// <summary>Null where it would change nothing, and where the page can't be narrowed down.</summary>
    private string? FilterLink(PageState only) =>
        subject.Kind == SubjectKind.Runtime || only == state ? null : StateQuery.Link(page, only);

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
            "tasks" => rows.OrderBy(row => row.Tasks),
            "change" => rows.OrderBy(row => row.Before is { Cost: > 0 } before ? (row.Sum.Cost - before.Cost) / before.Cost : decimal.MaxValue),
            _ => rows.OrderBy(row => row.Sum.Cost).ThenBy(row => row.Sum.Tokens),
        };
        // Equal rows stay in the order of their keys, so that a page read again does not move them.
        var ascending = ordered.ThenBy(row => row.Key, StringComparer.Ordinal);
        return [.. column.Descending ? ascending.Reverse() : ascending];
    }

    private static Measures? Before<TKey>(Dictionary<TKey, Measures>? sums, TKey key)
        where TKey : notnull => sums is null ? null : sums.GetValueOrDefault(key);

    private static Dictionary<TKey, Measures>? Sums<TRow, TKey>(IReadOnlyList<TRow>? rows, Func<TRow, TKey> key)
        where TRow : UsageFigures
        where TKey : notnull => rows?.GroupBy(key).ToDictionary(group => group.Key, Measures.Sum);
}
