using System.Globalization;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Reading;
using Usage.Dashboard.Text;

namespace Usage.Dashboard.Serving;

/// <summary>A page's trend and breakdowns as rows.</summary>
internal static class AnalysisCsv
{
    public static readonly string[] Header =
    [
        "part", "name", "from", "to", "hour", "cost_usd", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "tasks",
        "value",
    ];

    public static string FileName(AnalysisView view) =>
        $"usage-{view.Page}-{Dates.Iso(view.Window.From)}-{Dates.Iso(view.Window.To)}.csv";

    public static IEnumerable<IReadOnlyList<string>> Rows(AnalysisView view)
    {
        yield return Header;
        var (from, to) = (Dates.Iso(view.Window.From), Dates.Iso(view.Window.To));
        yield return Row("total", view.Subject.Name, from, to, view.Total, view.Tasks);
        var part = $"trend of {StateQuery.Word(view.Trend.Measure)}";
        foreach (var series in view.Trend.Series)
        {
            for (var index = 0; index < series.Values.Count; index++)
            {
                var column = view.Trend.Columns[index];
                yield return
                [
                    part, series.Name, Dates.Iso(column.Start), Dates.Iso(column.End), column.Hour?.ToString(CultureInfo.InvariantCulture) ?? "",
                    "", "", "", "", "", "", Number(series.Values[index]),
                ];
            }
        }

        foreach (var breakdown in view.Breakdowns)
        {
            foreach (var row in breakdown.Rows)
            {
                yield return Row(breakdown.Id, row.Name, from, to, row.Sum, row.Tasks);
            }
        }
    }

    private static string[] Row(string part, string name, string from, string to, Measures sum, long? tasks) =>
    [
        part, name, from, to, "", Number(sum.Cost), Number(sum.Input), Number(sum.Output), Number(sum.CacheRead), Number(sum.CacheWrite),
        tasks?.ToString(CultureInfo.InvariantCulture) ?? "", "",
    ];

    private static string Number(decimal value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
