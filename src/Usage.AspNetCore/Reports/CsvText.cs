using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Usage.AspNetCore.Reports;

/// <summary>
/// Writes rows as CSV (RFC 4180) with the names and values of the JSON, always with a header, and CRLF line ends. An empty field
/// is null; <c>""</c> is an empty string. Text comes from the callers that record usage, and the file may be opened in a
/// spreadsheet, so text that could be taken for a formula gets a leading apostrophe. Spreadsheets ignore leading blanks and line
/// breaks, and treat full-width signs as signs.
/// </summary>
internal static class CsvText
{
    private const string FormulaStarts = "=+-@＝＋－＠";
    private const string BreakStarts = "\t\r\n";
    private const string MustQuote = ",\"\r\n";

    public static async Task WriteAsync<TRow>(Stream output, IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        StreamWriter writer = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await using var _writer = writer.ConfigureAwait(false);
        var columns = UsageJson.Options.GetTypeInfo(typeof(TRow)).Properties.Select(property => property.Name).ToArray();
        await writer.WriteAsync($"{string.Join(',', columns)}\r\n".AsMemory(), cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            var values = JsonSerializer.SerializeToElement(row, UsageJson.Options);
            var line = string.Join(',', columns.Select(column => Field(values.GetProperty(column))));
            await writer.WriteAsync($"{line}\r\n".AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Field(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };

    /// <summary>Formats text as a field.</summary>
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
