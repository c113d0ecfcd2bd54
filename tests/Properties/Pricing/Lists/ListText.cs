using System.Text;
using Usage.Engine.Pricing;

namespace Usage.Tests.Properties.Pricing.Lists;

/// <summary>Reads lists from text.</summary>
internal static class ListText
{
    public static PriceListReading Read(PriceListFormat format, string text, PriceListOptions? options = null) =>
        PriceListFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "list.json", format, options);

    public static IEnumerable<(string Provider, string Model)> Skipped(PriceListReading reading) =>
        reading.Skipped.Select(note => (note.Provider, note.Model));
}
