using System.Text;
using Sylvan.Data.Csv;

namespace Usage.Engine.Pricing;

/// <summary>
/// Price lists in CSV: a header with <c>model, input, output, cache_read, cache_write</c> and optionally <c>provider</c> and
/// <c>valid_from</c> (a UTC date), in any order; then one line per price.
/// </summary>
public static class PriceList
{
    private const string StartList = "Usage.Engine.Pricing.model-prices.csv";

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

    /// <summary>The built-in list: public list prices without a start date.</summary>
    public static IReadOnlyList<ModelPrice> ReadStartList() =>
        Read(typeof(PriceList).Assembly.GetManifestResourceStream(StartList)!, "model-prices.csv");
}
