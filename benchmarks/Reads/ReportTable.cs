using System.Globalization;
using Spectre.Console;
using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Reads;

/// <summary>Writes one line per report.</summary>
internal static class ReportTable
{
    private const int WidthOfFiles = 120;

    public static void Write(IEnumerable<ReportTimes> reports)
    {
        Table table = new();
        table.AddColumns("report", "days", "workspace", "buckets", "raw ms", "rollup ms", "ratio", "http p50 ms", "http p95 ms");
        foreach (var report in reports)
        {
            var least = report.RawIsLeast ? ">" : "";
            table.AddRow(
                report.Question.Kind.Name, Text(report.Question.Days, "0"), report.Question.Subject.Name, Text(report.Buckets, "N0"),
                least + Text(Series.Quantile(report.Raw, 0.5), "N1"), Text(Series.Quantile(report.Rollup, 0.5), "N1"),
                least + Text(report.Ratio, "N1"), Text(Series.Quantile(report.Http, 0.5), "N1"),
                Text(Series.Quantile(report.Http, 0.95), "N1"));
        }

        // Without a terminal the console assumes 80 columns and would wrap every line.
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfFiles;
        }

        AnsiConsole.Write(table);
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
