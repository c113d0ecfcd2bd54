using NodaTime;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>What caching saved at the price book's prices: tokens read from a cache at the price of input, less what writing it cost more.</summary>
internal static class CacheSaving
{
    private const decimal TokensPerPrice = 1_000_000m;

    /// <summary>In USD; models without a price add nothing. Below zero where caches were written and hardly read.</summary>
    public static decimal Of(IEnumerable<DailyUsage> rows, PriceBook prices) =>
        rows.Sum(row => Of(row, prices.Find(row.Provider, row.Model, row.Date)));

    public static decimal Of(UsageFigures tokens, ModelPrice? price) => price is null
        ? 0
        : ((tokens.CacheReadTokens * (price.Input - price.CacheRead)) - (tokens.CacheWriteTokens * (price.CacheWrite - price.Input)))
            / TokensPerPrice;
}
