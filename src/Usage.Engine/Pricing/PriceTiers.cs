using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>A model's price from a date on: one for every call, and others for calls above some length of the context.</summary>
internal sealed class PriceTiers
{
    private readonly ModelPrice[] highestFirst;

    /// <param name="prices">Prices of one provider, model and date; not empty.</param>
    /// <exception cref="ArgumentException">Two prices have the same tier.</exception>
    public PriceTiers(IEnumerable<ModelPrice> prices)
    {
        highestFirst = [.. prices.OrderByDescending(price => price.AboveTokens)];
        if (highestFirst.DistinctBy(price => price.AboveTokens).Count() < highestFirst.Length)
        {
            throw new ArgumentException($"Two prices of {Lowest} hold from the same date.", nameof(prices));
        }
    }

    public ModelPrice Lowest => highestFirst[^1];

    public string Provider => Lowest.Provider;

    public string Model => Lowest.Model;

    public LocalDate? ValidFrom => Lowest.ValidFrom;

    public LocalDate Start => ValidFrom ?? LocalDate.MinIsoValue;

    /// <summary>Whether what a call costs can't be told from the sum of its tokens with those of others.</summary>
    public bool NeedsCalls => highestFirst.Length > 1 || Lowest.CacheWrite1h is { } hour && hour != Lowest.CacheWrite;

    /// <summary>The price of a call with so many input tokens.</summary>
    public ModelPrice At(long contextTokens) => Array.Find(highestFirst, price => contextTokens > price.AboveTokens) ?? Lowest;
}
