using Usage.Engine.Pricing;

namespace Usage.Engine.Exporting.Focus;

/// <summary>Divides usage into charges: their sum is its cost, to the last digit.</summary>
internal static class FocusCharges
{
    private const decimal UsdPerTick = 0.0000000001m;

    private static readonly string[] Meters = ["Input Tokens", "Output Tokens", "Cache Read Tokens", "Cache Write Tokens"];

    public static IEnumerable<FocusCharge> Of(ExportRow row) => OfProvider(row).Concat(Estimated(row));

    /// <summary>
    /// A provider reports one cost for all kinds of tokens. It is divided in proportion to their cost by the price book or, without a
    /// price, to their number; remaining ticks go to the largest remainders.
    /// </summary>
    internal static long[] Divide(long ticks, long[] tokens, ModelPrice? price)
    {
        decimal[] weights = price is null ? Array.ConvertAll(tokens, count => (decimal)count) : Weights(tokens, price);
        if (weights.Sum() == 0)
        {
            weights = Array.ConvertAll(tokens, count => (decimal)count);
        }

        var total = weights.Sum();
        var shares = Array.ConvertAll(weights, weight => total == 0 ? 0 : ticks * (weight / total));
        var parts = Array.ConvertAll(shares, share => (long)decimal.Truncate(share));
        var left = ticks - parts.Sum();
        var byRemainder = Enumerable.Range(0, tokens.Length).Where(kind => weights[kind] > 0)
            .OrderByDescending(kind => shares[kind] - parts[kind]).ThenBy(kind => kind).ToArray();
        for (var next = 0; left != 0 && byRemainder.Length > 0; next = (next + 1) % byRemainder.Length)
        {
            parts[byRemainder[next]] += Math.Sign(left);
            left -= Math.Sign(left);
        }

        return parts;
    }

    private static IEnumerable<FocusCharge> OfProvider(ExportRow row)
    {
        var tokens = Counts(row.Tokens - row.Uncosted);
        if (row.CostUsdTicks != 0 && tokens.All(count => count == 0))
        {
            yield return new(row.Key, "Tokens", 0, row.CostUsdTicks * UsdPerTick, null, FocusCharge.Provider);
            yield break;
        }

        var parts = Divide(row.CostUsdTicks, tokens, row.Price);
        for (var kind = 0; kind < tokens.Length; kind++)
        {
            if (tokens[kind] > 0)
            {
                yield return new(row.Key, Meters[kind], tokens[kind], parts[kind] * UsdPerTick, null, FocusCharge.Provider);
            }
        }
    }

    private static IEnumerable<FocusCharge> Estimated(ExportRow row)
    {
        var tokens = Counts(row.Uncosted);
        var prices = row.Price is { } price ? Prices(price) : null;
        for (var kind = 0; kind < tokens.Length; kind++)
        {
            if (tokens[kind] > 0)
            {
                yield return prices is null
                    ? new(row.Key, Meters[kind], tokens[kind], 0, null, FocusCharge.Unpriced)
                    : new(row.Key, Meters[kind], tokens[kind], ExportRow.Estimate(tokens[kind], prices[kind]), prices[kind], FocusCharge.PriceList);
            }
        }
    }

    private static decimal[] Weights(long[] tokens, ModelPrice price) =>
        [.. Prices(price).Zip(tokens, (usd, count) => usd * count)];

    private static decimal[] Prices(ModelPrice price) => [price.Input, price.Output, price.CacheRead, price.CacheWrite];

    private static long[] Counts(ExportTokens tokens) => [tokens.Input, tokens.Output, tokens.CacheRead, tokens.CacheWrite];
}
