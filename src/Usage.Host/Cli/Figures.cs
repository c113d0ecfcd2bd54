using System.Globalization;

namespace Usage.Host.Cli;

/// <summary>Counts as people read them.</summary>
internal static class Figures
{
    /// <summary>For example <c>12 marks, 1,200 usage rows</c>.</summary>
    public static string Line(params IEnumerable<(long Count, string Of)> figures) =>
        string.Join(", ", figures.Select(figure => $"{Number(figure.Count)} {figure.Of}"));

    public static string Number(decimal value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
