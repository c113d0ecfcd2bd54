using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>What tokens cost on a UTC date, in ticks (1e-10 USD), not rounded; null without a price.</summary>
internal delegate decimal? TokenPricing(string provider, string model, LocalDate utcDate, TokenSum tokens);

/// <summary>Prices the uncosted tokens of reports. Between two change dates every price stands still.</summary>
/// <param name="changeDates">The UTC dates from which a price differs from the day before; in any order.</param>
/// <param name="price">The price book's arithmetic.</param>
internal sealed class CostEstimate(IEnumerable<LocalDate> changeDates, TokenPricing price)
{
    private static readonly LocalDate BeforeAllChanges = new(1, 1, 1);

    private readonly LocalDate[] dates = [.. changeDates.Distinct().Order()];

    /// <summary>Knows no price.</summary>
    public static CostEstimate None { get; } = new([], (_, _, _, _) => null);

    /// <summary>The first instant of each price period but the first, oldest first.</summary>
    public Instant[] PeriodStarts => [.. dates.Select(date => date.AtMidnight().InUtc().ToInstant())];

    /// <summary>The ticks for tokens of a price period, counted from 0; null without a price.</summary>
    public decimal? Ticks(string provider, string model, int period, TokenSum tokens) =>
        price(provider, model, period == 0 ? BeforeAllChanges : dates[period - 1], tokens);
}
