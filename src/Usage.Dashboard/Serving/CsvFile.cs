using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Usage.AspNetCore.Reports;

namespace Usage.Dashboard.Serving;

/// <summary>
/// Rows as a CSV file (RFC 4180), written as the API writes them: a text that a spreadsheet would take for a formula gets an apostrophe in front.
/// </summary>
internal sealed class CsvFile(string fileName, IEnumerable<IReadOnlyList<string>> rows) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        SecureHeaders.Set(response);
        response.ContentType = "text/csv; charset=utf-8; header=present";
        ContentDispositionHeaderValue disposition = new("attachment") { FileName = fileName };
        response.Headers.ContentDisposition = disposition.ToString();
        StreamWriter writer = new(response.BodyWriter.AsStream(leaveOpen: true), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await using var _writer = writer.ConfigureAwait(false);
        foreach (var row in rows)
        {
            await writer.WriteAsync($"{string.Join(',', row.Select(Field))}\r\n".AsMemory(), httpContext.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>A figure as it is, a negative one too; a text as the API writes it.</summary>
    internal static string Field(string text) =>
        text.Length == 0 || decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _) ? text : CsvText.Text(text);
}
