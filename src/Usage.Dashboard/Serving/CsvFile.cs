using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Usage.Engine.Exporting;

namespace Usage.Dashboard.Serving;

/// <summary>
/// Rows as a CSV file (RFC 4180), formatted like the API's: text that a spreadsheet could take for a formula gets a leading
/// apostrophe.
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

    /// <summary>Numbers are written unchanged, including negative ones; text is formatted like the API's.</summary>
    internal static string Field(string text) =>
        text.Length == 0 || decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _) ? text : CsvField.Text(text);
}
