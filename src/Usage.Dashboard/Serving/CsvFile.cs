using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Usage.Dashboard.Serving;

/// <summary>
/// Rows as a CSV file (RFC 4180). Names come from whoever reports usage and the file is opened in spreadsheets, so one that would be
/// taken for a formula gets an apostrophe in front.
/// </summary>
internal sealed class CsvFile(string fileName, IEnumerable<IReadOnlyList<string>> rows) : IResult
{
    private const string FormulaStarts = "=+@\t\r";
    private const string MustQuote = ",\"\r\n";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        SecureHeaders.Set(response);
        response.ContentType = "text/csv; charset=utf-8; header=present";
        ContentDispositionHeaderValue disposition = new("attachment") { FileName = fileName };
        response.Headers.ContentDisposition = disposition.ToString();
        await using StreamWriter writer = new(response.BodyWriter.AsStream(leaveOpen: true), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var row in rows)
        {
            await writer.WriteAsync($"{string.Join(',', row.Select(Field))}\r\n".AsMemory(), httpContext.RequestAborted);
        }
    }

    internal static string Field(string text)
    {
        var safe = text.Length > 0 && (FormulaStarts.Contains(text[0], StringComparison.Ordinal) || IsMinusFormula(text)) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(MustQuote) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    /// <summary>A negative figure is no formula.</summary>
    private static bool IsMinusFormula(string text) => text[0] == '-' && text.AsSpan(1).ContainsAnyExcept("0123456789.");
}
