using System.Text;
using System.Text.Json;
using Usage.Engine.Exporting;

namespace Usage.AspNetCore.Reports;

/// <summary>
/// Writes rows as CSV (RFC 4180) with the names and values of the JSON, always with a header, and CRLF line ends. An empty field
/// is null; <c>""</c> is an empty string.
/// </summary>
internal static class CsvText
{
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
        JsonValueKind.String => CsvField.Text(value.GetString()!),
        _ => value.GetRawText(),
    };
}
