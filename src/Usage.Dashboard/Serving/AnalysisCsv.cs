using System.Globalization;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Reading;
using Usage.Dashboard.Text;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Serving;

/// <summary>A page's trend and breakdowns as rows.</summary>
internal static class AnalysisCsv
{
    public static readonly string[] Header =
    [
        "part", "name", "from", "to", "hour", "cost_usd", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "tasks",
        "value", "finished", "failed", "cancelled", "run_count", "run_seconds",
    ];

    public static string FileName(AnalysisView view) =>
        $"usage-{view.Page}-{Dates.Iso(view.Window.From)}-{Dates.Iso(view.Window.To)}.csv";

    public static IEnumerable<IReadOnlyList<string>> Rows(AnalysisView view)
    {
        yield return Header;
        var (from, to) = (Dates.Iso(view.Window.From), Dates.Iso(view.Window.To));
        yield return Row("total", view.Subject.Name, from, to, view.Total);
        var part = $"trend of {StateQuery.Word(view.Trend.Measure)}";
        foreach (var series in view.Trend.Series)
        {
            for (var index = 0; index < series.Values.Count; index++)
            {
                var column = view.Trend.Columns[index];
                yield return
                [
                    part, series.Name, Dates.Iso(column.Start), Dates.Iso(column.End), column.Hour?.ToString(CultureInfo.InvariantCulture) ?? "",
                    "", "", "", "", "", "", Number(series.Values[index]), .. NoOutcome,
                ];
            }
        }

        foreach (var breakdown in view.Breakdowns)
        {
            foreach (var row in breakdown.Rows)
            {
                yield return Row(breakdown.Id, row.Name, from, to, row.Sum);
            }
        }

        foreach (var row in view.Outcomes is { } outcomes ? OutcomesOf(outcomes, from, to) : [])
        {
            yield return row;
        }
    }

    private static readonly string[] NoOutcome = ["", "", "", "", ""];

    private static IEnumerable<string[]> OutcomesOf(Outcomes outcomes, string from, string to)
    {
        for (var index = 0; index < outcomes.Columns.Count; index++)
        {
            var column = outcomes.Columns[index];
            yield return Outcome(
                $"outcomes by {StateQuery.Word(outcomes.Grain)}", "", Dates.Iso(column.Start), Dates.Iso(column.End), outcomes.ByColumn[index]);
        }

        foreach (var (table, row) in outcomes.Tables.SelectMany(table => table.Rows, (table, row) => (table, row)))
        {
            yield return Outcome($"outcomes of {table.Title.ToLowerInvariant()}", row.Name, from, to, row.Figures);
        }
    }

    private static string[] Outcome(string part, string name, string from, string to, OutcomeFigures figures) =>
    [
        part, name, from, to, "", "", "", "", "", "", "", "", Number(figures.Finished), Number(figures.Failed), Number(figures.Cancelled),
        Number(figures.RunCount), Number(figures.RunSeconds),
    ];

    private static string[] Row(string part, string name, string from, string to, Measures sum) =>
    [
        part, name, from, to, "", Number(sum.Cost), Number(sum.Input), Number(sum.Output), Number(sum.CacheRead), Number(sum.CacheWrite),
        Number(sum.Tasks), "", .. NoOutcome,
    ];

    private static string Number(decimal value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
