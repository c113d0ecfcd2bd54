using System.Collections.Frozen;
using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>All prices at a moment. Immutable.</summary>
internal sealed class PriceBook
{
    private readonly FrozenDictionary<(string Provider, string Model), ModelPrice[]> newestFirst;

    /// <param name="prices">At most one for a provider, model and date.</param>
    /// <exception cref="ArgumentException">Two prices hold from the same date.</exception>
    public PriceBook(IEnumerable<ModelPrice> prices)
    {
        newestFirst = prices
            .GroupBy(price => (price.Provider, price.Model))
            .ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(Start).ToArray());
        foreach (var list in newestFirst.Values)
        {
            for (var index = 1; index < list.Length; index++)
            {
                if (list[index].ValidFrom == list[index - 1].ValidFrom)
                {
                    throw new ArgumentException($"Two prices of {list[index]} hold from the same date.", nameof(prices));
                }
            }
        }

        Changes = [.. newestFirst.Values.SelectMany(list => list).Select(price => price.ValidFrom).OfType<LocalDate>().Distinct().Order()];
    }

    /// <summary>The UTC dates on which any price begins, ascending: between two of them every price is constant.</summary>
    public IReadOnlyList<LocalDate> Changes { get; }

    /// <summary>
    /// The price of a model on a UTC date; null when it has none. Looked for in this order: the id as it is; without a
    /// <c>[tag]</c> at its end; then without a date or <c>latest</c> suffix; each first with its provider, then with any.
    /// Never by prefix. A name whose prices all begin later is passed over.
    /// </summary>
    public ModelPrice? Find(string provider, string model, LocalDate date)
    {
        ArgumentNullException.ThrowIfNull(model);
        var own = Rollup.ProviderName.Normalize(provider);
        foreach (var name in ModelName.Candidates(model))
        {
            if ((On(own, name, date) ?? On("", name, date)) is { } price)
            {
                return price;
            }
        }

        return null;
    }

    /// <summary>What tokens cost on a UTC date, in ticks (1e-10 USD), not rounded; null without a price.</summary>
    internal decimal? Ticks(string provider, string model, LocalDate date, TokenSum tokens) =>
        Find(provider, model, date)?.Ticks(tokens);

    /// <summary>The book as reports use it.</summary>
    internal CostEstimate ToEstimate() => new(Changes, Ticks);

    private ModelPrice? On(string provider, string model, LocalDate date) =>
        newestFirst.TryGetValue((provider, model), out var prices)
            ? Array.Find(prices, price => Start(price) <= date)
            : null;

    private static LocalDate Start(ModelPrice price) => price.ValidFrom ?? LocalDate.MinIsoValue;
}
