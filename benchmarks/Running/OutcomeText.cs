using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Usage.Benchmarks.Running;

/// <summary>Writes an outcome as a table, with one JSON object as the last line.</summary>
internal static class OutcomeText
{
    public static void Write(string name, Outcome outcome)
    {
        Table table = new();
        table.AddColumns(name, "median", "least", "most", "unit", "rounds");
        foreach (var series in outcome.Competitors)
        {
            table.AddRow(
                Markup.Escape(series.Name), Number(series.Median), Number(series.Least), Number(series.Most), series.Unit,
                Number(series.Values.Count));
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"ratio {Number(outcome.Ratio)}: {outcome.Meaning}; {outcome.Drift} buckets drifted");
        Console.WriteLine($"target: {string.Join(", ", outcome.Targets)}");
        foreach (var (target, value) in outcome.Missed)
        {
            Console.WriteLine($"missed: {target}; it is {Number(value)}");
        }

        JsonObject line = new()
        {
            ["bench"] = name,
            ["ratio"] = Math.Round(outcome.Ratio, 4),
            ["target"] = outcome.Targets[0].Limit,
            ["met"] = outcome.Succeeded,
        };
        foreach (var (figure, value) in outcome.Figures)
        {
            line[figure] = Math.Round(value, 4);
        }

        line["drift"] = outcome.Drift;
        Console.WriteLine(line.ToJsonString());
    }

    private static string Number(double value) =>
        value.ToString(value >= 100 ? "N0" : value >= 1 ? "0.###" : "0.####", CultureInfo.InvariantCulture);
}
