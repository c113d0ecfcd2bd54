using System.Globalization;
using NodaTime;

namespace Usage.Engine.Pricing.Lists;

/// <summary>
/// A model's figures in a list, in USD per million tokens: one per kind of token, and further ones for calls above a number of
/// input tokens. Cached tokens without a figure have the price of input, as these lists omit equal prices.
/// </summary>
internal sealed class ListedFigures
{
    private readonly Dictionary<PricedTokens, SortedDictionary<long, decimal>> figures = [];

    /// <summary>Takes a figure; false when there is another one for the same tokens.</summary>
    public bool TrySet(PricedTokens kind, long aboveTokens, decimal usd)
    {
        if (!figures.TryGetValue(kind, out var tiers))
        {
            figures[kind] = tiers = [];
        }

        return tiers.TryAdd(aboveTokens, usd) || tiers[aboveTokens] == usd;
    }

    public decimal? Base(PricedTokens kind) => figures.GetValueOrDefault(kind)?.GetValueOrDefault(0);

    /// <summary>Why these are no price; null when they are one.</summary>
    public string? Problem()
    {
        foreach (var (kind, name) in new[] { (PricedTokens.Input, "input"), (PricedTokens.Output, "output") })
        {
            if (!figures.TryGetValue(kind, out var tiers) || !tiers.ContainsKey(0))
            {
                return $"the list has no price of {name} tokens";
            }
        }

        var bad = figures.Values.SelectMany(tiers => tiers.Values).Where(usd => !ModelPrice.Allows(usd)).Select(usd => (decimal?)usd).FirstOrDefault();
        var tier = figures.Values.SelectMany(tiers => tiers.Keys).Where(above => above is < 0 or > ModelPrice.HighestTier).Select(above => (long?)above).FirstOrDefault();
        return bad is { } figure ? string.Create(CultureInfo.InvariantCulture, $"{figure:0.############################} USD per million tokens is not from 0 to 100000 with at most 10 decimals")
            : tier is { } above ? $"a tier above {above} tokens is not from 0 to 1000000000000"
            : null;
    }

    /// <summary>The price's tiers, the lowest first.</summary>
    public IEnumerable<ModelPrice> ToPrices(string provider, string model, LocalDate? validFrom) =>
        from above in figures.Values.SelectMany(tiers => tiers.Keys).Append(0).Distinct().Order()
        let input = At(PricedTokens.Input, above)!.Value
        select new ModelPrice(
            provider, model, validFrom, input, At(PricedTokens.Output, above)!.Value, At(PricedTokens.CacheRead, above) ?? input,
            At(PricedTokens.CacheWrite, above) ?? input, At(PricedTokens.CacheWrite1h, above), above);

    private decimal? At(PricedTokens kind, long above)
    {
        decimal? found = null;
        foreach (var (start, usd) in figures.GetValueOrDefault(kind) ?? [])
        {
            found = start <= above ? usd : found;
        }

        return found;
    }
}
