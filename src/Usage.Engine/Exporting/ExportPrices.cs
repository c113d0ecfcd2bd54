using NodaTime;
using Usage.Engine.Pricing;

namespace Usage.Engine.Exporting;

/// <summary>Finds the prices of rows: of each model once a period between two changes of prices.</summary>
internal sealed class ExportPrices(PriceBook book)
{
    private readonly LocalDate[] changes = [.. book.Changes];
    private readonly Dictionary<(string Provider, string Model, int Period), ModelPrice?> known = [];

    /// <summary>The first instant of each period but the first.</summary>
    public Instant[] PeriodStarts => [.. changes.Select(date => date.AtMidnight().InUtc().ToInstant())];

    /// <summary>The price in a period, numbered from 0; null if there is none.</summary>
    public ModelPrice? Find(string provider, string model, int period)
    {
        var key = (provider, model, period);
        if (!known.TryGetValue(key, out var price))
        {
            known[key] = price = book.Find(provider, model, period == 0 ? new(1, 1, 1) : changes[period - 1]);
        }

        return price;
    }
}
