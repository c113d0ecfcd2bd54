using System.Collections.Frozen;
using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>An immutable snapshot of all prices.</summary>
internal sealed class PriceBook
{
    private readonly FrozenDictionary<(string Provider, string Model), ModelPrice[]> newestFirst;

    /// <param name="prices">At most one price per provider, model and date.</param>
    /// <exception cref="ArgumentException">Two prices apply from the same date.</exception>
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
                    throw new ArgumentException($"Two prices of {list[index]} apply from the same date.", nameof(prices));
                }
            }
        }

        Changes = [.. newestFirst.Values.SelectMany(list => list).Select(price => price.ValidFrom).OfType<LocalDate>().Distinct().Order()];
    }

    /// <summary>The UTC dates on which any price begins, ascending. Prices are constant in between.</summary>
    public IReadOnlyList<LocalDate> Changes { get; }

    /// <summary>
    /// The price of a model on a UTC date; null if it has none. Tries the id itself, then without a trailing <c>[tag]</c>, then
    /// without a date or <c>latest</c> suffix; each first with the provider, then with any provider. Prefixes don't match. Names
    /// whose prices all begin later are skipped.
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

    /// <summary>The cost of tokens on a UTC date in ticks (1e-10 USD), unrounded; null if there is no price.</summary>
    internal decimal? Ticks(string provider, string model, LocalDate date, TokenSum tokens) =>
        Find(provider, model, date)?.Ticks(tokens);

    /// <summary>Converts to the form that reports use.</summary>
    internal CostEstimate ToEstimate() => new(Changes, Ticks);

    private ModelPrice? On(string provider, string model, LocalDate date) =>
        newestFirst.TryGetValue((provider, model), out var prices)
            ? Array.Find(prices, price => Start(price) <= date)
            : null;

    private static LocalDate Start(ModelPrice price) => price.ValidFrom ?? LocalDate.MinIsoValue;
}
