using System.Security.Cryptography;
using System.Text.Json;
using Usage.Engine.Pricing.Lists;

namespace Usage.Engine.Pricing;

/// <summary>Reads the lists of prices that people keep. Figures are decimals from end to end.</summary>
public static class PriceListFile
{
    private const string StartList = "Usage.Engine.Pricing.model-prices.csv";

    /// <summary>Reads a list.</summary>
    /// <param name="content">The content, read to its end.</param>
    /// <param name="file">Name of the list in messages.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">Options for reading it.</param>
    /// <exception cref="PriceListException">The file is invalid as a whole.</exception>
    /// <exception cref="ArgumentException">A date is given for a list that has dates.</exception>
    public static PriceListReading Read(Stream content, string file, PriceListFormat format, PriceListOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        options ??= new();
        var hasDates = format is PriceListFormat.Usage or PriceListFormat.GenAIPrices;
        if (hasDates && options.EffectiveFrom is { } date)
        {
            throw new ArgumentException($"A list of this format has dates of its own: {date:R} can't be its date.", nameof(options));
        }

        using MemoryStream bytes = new();
        content.CopyTo(bytes);
        PriceSource source = new(file, format, Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))), hasDates);
        bytes.Position = 0;
        return format == PriceListFormat.Usage
            ? new(PriceList.Read(bytes, file), source, [], [])
            : ReadJson(bytes, source, options);
    }

    /// <summary>The list that ships with the program: public list prices, since always.</summary>
    public static PriceListReading ReadStartList() => Read(
        typeof(PriceListFile).Assembly.GetManifestResourceStream(StartList)!, "model-prices.csv", PriceListFormat.Usage);

    private static PriceListReading ReadJson(Stream content, PriceSource source, PriceListOptions options)
    {
        ListedPrices prices = new(source, options);
        try
        {
            using var document = JsonDocument.Parse(content);
            switch (source.Format)
            {
                case PriceListFormat.GenAIPrices: GenAIPricesList.Read(document.RootElement, prices); break;
                case PriceListFormat.LiteLlm: LiteLlmList.Read(document.RootElement, prices); break;
                default: ModelsDevList.Read(document.RootElement, prices); break;
            }
        }
        catch (JsonException error)
        {
            throw Bad((int)(error.LineNumber ?? 0) + 1, $"not JSON: {error.Message}");
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Bad(1, $"not a list in the format {PriceFormats.NameOf(source.Format)}: {error.Message}");
        }

        return prices.ToReading();

        PriceListException Bad(int line, string rule) => new([new(source.Name, line, null, null, rule)]);
    }
}
