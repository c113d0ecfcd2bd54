namespace Usage.Engine.Reporting.Pricing;

/// <summary>
/// A sum of tokens times prices, exact: a whole number of 1e-16 USD. It is rounded when it is read, so that a sum of many is
/// rounded once.
/// </summary>
public readonly record struct EstimatedCost
{
    /// <summary>A price of 10 decimals for a million tokens makes 1e-16 USD a token.</summary>
    private const long PartsPerTick = 1_000_000;

    private const decimal TicksPerUsd = 10_000_000_000;

    private readonly Int128 parts;

    private EstimatedCost(Int128 parts) => this.parts = parts;

    /// <summary>What tokens cost at a price.</summary>
    public static EstimatedCost Of(TokenCounts tokens, ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        return new(
            Product(tokens.Input, price.Input) + Product(tokens.Output, price.Output)
            + Product(tokens.CacheRead, price.CacheRead) + Product(tokens.CacheWrite, price.CacheWrite));
    }

    /// <summary>The exact sum of both.</summary>
    public static EstimatedCost operator +(EstimatedCost left, EstimatedCost right) => new(left.parts + right.parts);

    /// <summary>The exact sum of both.</summary>
    public static EstimatedCost Add(EstimatedCost left, EstimatedCost right) => left + right;

    /// <summary>The cost in USD with a known cost added: rounded to a tick of 1e-10 USD, half to even.</summary>
    /// <param name="costUsdTicks">The known cost in ticks.</param>
    public decimal ToUsd(long costUsdTicks = 0) => (decimal)(costUsdTicks + Ticks()) / TicksPerUsd;

    private Int128 Ticks()
    {
        var (ticks, rest) = Int128.DivRem(parts, PartsPerTick);
        var twice = Int128.Abs(rest) * 2;
        return twice > PartsPerTick || (twice == PartsPerTick && Int128.IsOddInteger(ticks)) ? ticks + Int128.Sign(parts) : ticks;
    }

    private static Int128 Product(long tokens, decimal price) => (Int128)tokens * (long)(price * TicksPerUsd);
}
