using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>Tells which prices of a list are in force already, so that a list without dates does not repeat itself at each import.</summary>
internal static class PricesInForce
{
    /// <summary>
    /// The list without tiers of a model that equal those in force on the day before they start. A date that already has prices
    /// is compared directly.
    /// </summary>
    public static IEnumerable<ModelPrice> Without(IReadOnlyList<ModelPrice> list, IReadOnlyList<ModelPrice> stored)
    {
        var sets = stored.GroupBy(price => price.SetKey).ToLookup(set => (set.Key.Provider, set.Key.Model));
        foreach (var set in list.GroupBy(price => price.SetKey))
        {
            var dated = sets[(set.Key.Provider, set.Key.Model)].ToArray();
            var before = dated.Where(other => Start(other.Key.ValidFrom) < Start(set.Key.ValidFrom)).MaxBy(other => Start(other.Key.ValidFrom));
            if (dated.Any(other => other.Key.ValidFrom == set.Key.ValidFrom) || before is null || !Figures(before).SetEquals(Figures(set)))
            {
                foreach (var price in set)
                {
                    yield return price;
                }
            }
        }
    }

    private static HashSet<(long, decimal, decimal, decimal, decimal, decimal?)> Figures(IEnumerable<ModelPrice> set) =>
    [
        .. set.Select(price => (price.AboveTokens, price.Input, price.Output, price.CacheRead, price.CacheWrite, price.CacheWrite1h))
    ];

    private static LocalDate Start(LocalDate? validFrom) => validFrom ?? LocalDate.MinIsoValue;
}
