using System.Text;
using Sylvan.Data.Csv;

namespace Usage.Engine.Pricing;

/// <summary>
/// Prices in CSV: a header with <c>model, input, output, cache_read, cache_write</c> and, if wanted, <c>provider</c>,
/// <c>valid_from</c> (a UTC date), <c>cache_write_1h</c> and <c>above_tokens</c>, in any order; then a line a price.
/// </summary>
public static class PriceList
{
    /// <summary>Reads a list.</summary>
    /// <param name="text">UTF-8, with or without a byte order mark.</param>
    /// <param name="file">The file name shown in messages.</param>
    /// <exception cref="PriceListException">A line is invalid. Lists one problem per invalid line.</exception>
    public static IReadOnlyList<ModelPrice> Read(Stream text, string file)
    {
        using StreamReader reader = new(text, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var line = 1;
        try
        {
            using var csv = CsvDataReader.Create(reader, new() { HasHeaders = false, Delimiter = ',', MaxBufferSize = 1 << 20 });
            PriceListLines lines = new(file);
            while (csv.Read())
            {
                lines.Add(line, [.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)]);
                line += Math.Max(1, csv.GetRawRecordSpan().Count('\n'));
            }

            return lines.ToPrices();
        }
        catch (Exception error) when (error is CsvFormatException or CsvRecordTooLargeException or DecoderFallbackException)
        {
            throw new PriceListException([new(file, line, null, null, $"not valid UTF-8 CSV: {error.Message}")]);
        }
    }
}
