using System.Collections.Frozen;
using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>An immutable snapshot of all prices.</summary>
internal sealed class PriceBook
{
    private readonly FrozenDictionary<(string Provider, string Model), PriceTiers[]> newestFirst;

    /// <param name="prices">At most one per provider, model, date and tier.</param>
    /// <exception cref="ArgumentException">Two prices apply from the same date to the same calls.</exception>
    public PriceBook(IEnumerable<ModelPrice> prices)
    {
        newestFirst = prices
            .GroupBy(price => price.SetKey)
            .Select(set => new PriceTiers(set))
            .GroupBy(tiers => (tiers.Provider, tiers.Model))
            .ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(tiers => tiers.Start).ToArray());
        Changes = [.. newestFirst.Values.SelectMany(list => list).Select(tiers => tiers.ValidFrom).OfType<LocalDate>().Distinct().Order()];
    }

    /// <summary>The UTC dates on which any price begins, ascending. Prices are constant in between.</summary>
    public IReadOnlyList<LocalDate> Changes { get; }

    /// <summary>
    /// The price of a model on a UTC date; null if it has none. Tries the id itself, then without a trailing <c>[tag]</c>, then
    /// without a date or <c>latest</c> suffix; each first with the provider, then with any provider. Prefixes don't match. Names
    /// whose prices all start later are skipped.
    /// </summary>
    public ModelPrice? Find(string provider, string model, LocalDate date) => FindTiers(provider, model, date)?.Lowest;

    /// <summary>The tiers of that price.</summary>
    public PriceTiers? FindTiers(string provider, string model, LocalDate date)
    {
        ArgumentNullException.ThrowIfNull(model);
        var own = Rollup.ProviderName.Normalize(provider);
        foreach (var name in ModelName.Candidates(model))
        {
            if ((On(own, name, date) ?? On("", name, date)) is { } tiers)
            {
                return tiers;
            }
        }

        return null;
    }

    /// <summary>
    /// The cost of tokens on a UTC date, in ticks (1e-10 USD), unrounded; null without a price. A sum over calls is priced by the lowest
    /// tier, because it doesn't show which tiers its calls were in.
    /// </summary>
    internal decimal? Ticks(string provider, string model, LocalDate date, TokenSum tokens) =>
        Find(provider, model, date)?.Ticks(tokens);

    /// <summary>Converts to the form that reports use.</summary>
    internal CostEstimate ToEstimate() => new(Changes, Ticks);

    /// <summary>What a call costs, in ticks, not rounded; null where a sum of calls can be priced as well, and without a price.</summary>
    internal decimal? CallTicks(string provider, string model, LocalDate date, in CallTokens tokens) =>
        FindTiers(provider, model, date) is { NeedsCalls: true } tiers ? tiers.At(tokens.Context).Ticks(tokens) : null;

    private PriceTiers? On(string provider, string model, LocalDate date) =>
        newestFirst.TryGetValue((provider, model), out var sets)
            ? Array.Find(sets, tiers => tiers.Start <= date)
            : null;
}
