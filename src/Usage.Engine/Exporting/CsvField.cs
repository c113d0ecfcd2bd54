using System.Buffers;
using System.Globalization;

namespace Usage.Engine.Exporting;

/// <summary>
/// Text as a CSV field (RFC 4180). Text comes from the callers that record usage, and the file may be opened in a spreadsheet, so text that
/// could be taken for a formula gets a leading apostrophe. Spreadsheets ignore leading blanks and line breaks, and treat full-width signs
/// as signs.
/// </summary>
internal static class CsvField
{
    private const string FormulaStarts = "=+-@＝＋－＠";
    private const string BreakStarts = "\t\r\n";
    private static readonly SearchValues<char> MustQuote = SearchValues.Create(",\"\r\n");

    /// <summary>Formats text as a field. An empty string is <c>""</c>, because an empty field is null.</summary>
    public static string Text(string text)
    {
        var safe = CouldBeFormula(text) ? "'" + text : text;
        return safe.Length == 0 || safe.AsSpan().ContainsAny(MustQuote) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static bool CouldBeFormula(string text)
    {
        var start = text.AsSpan().TrimStart();
        while (start.Length > 0 && (char.GetUnicodeCategory(start[0]) is UnicodeCategory.Format or UnicodeCategory.Control))
        {
            start = start[1..].TrimStart();
        }

        return (text.Length > 0 && BreakStarts.Contains(text[0], StringComparison.Ordinal))
            || (start.Length > 0 && FormulaStarts.Contains(start[0], StringComparison.Ordinal));
    }
}
