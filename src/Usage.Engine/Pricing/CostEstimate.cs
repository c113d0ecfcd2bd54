using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>The cost of tokens on a UTC date in ticks (1e-10 USD), unrounded; null if there is no price.</summary>
internal delegate decimal? TokenPricing(string provider, string model, LocalDate utcDate, TokenSum tokens);

/// <summary>Estimates the cost of a report's uncosted tokens. Prices are constant between two change dates.</summary>
/// <param name="changeDates">The UTC dates on which a price changes, in any order.</param>
/// <param name="price">Computes the cost of tokens.</param>
internal sealed class CostEstimate(IEnumerable<LocalDate> changeDates, TokenPricing price)
{
    private static readonly LocalDate BeforeAllChanges = new(1, 1, 1);

    private readonly LocalDate[] dates = [.. changeDates.Distinct().Order()];

    /// <summary>An estimate without any price.</summary>
    public static CostEstimate None { get; } = new([], (_, _, _, _) => null);

    /// <summary>The first instant of each price period except the first, in ascending order.</summary>
    public Instant[] PeriodStarts => [.. dates.Select(date => date.AtMidnight().InUtc().ToInstant())];

    /// <summary>The cost of tokens in a price period (zero-based), in ticks; null if there is no price.</summary>
    public decimal? Ticks(string provider, string model, int period, TokenSum tokens) =>
        price(provider, model, period == 0 ? BeforeAllChanges : dates[period - 1], tokens);
}
