namespace Usage.Engine.Reporting;

/// <summary>
/// The figures of a report's row. Sums are whole numbers that may exceed 64 bits; ticks are 1e-10 USD. The uncosted tokens are
/// those of usage without a price of the provider's own.
/// </summary>
/// <param name="CostUsdTicks">What providers themselves charged.</param>
/// <param name="EventCount">Usage rows.</param>
/// <param name="CostUsd">
/// USD with at most 10 decimals: what providers charged, and an estimate for the uncosted tokens that have a price.
/// </param>
public record UsageFigures(
    decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens, decimal CostUsdTicks,
    decimal UncostedInputTokens, decimal UncostedOutputTokens, decimal UncostedCacheReadTokens, decimal UncostedCacheWriteTokens,
    long EventCount, decimal CostUsd)
{
    /// <summary>What a derived row takes its own figures from.</summary>
    protected UsageFigures Figures => this;
}
