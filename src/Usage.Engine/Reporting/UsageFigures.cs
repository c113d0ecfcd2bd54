namespace Usage.Engine.Reporting;

/// <summary>
/// The figures of a report's row. Sums are whole numbers that may exceed 64 bits; ticks are 1e-10 USD. Uncosted tokens are those
/// of usage without a cost reported by the provider.
/// </summary>
/// <param name="CostUsdTicks">Cost reported by providers, in ticks.</param>
/// <param name="EventCount">Usage rows.</param>
/// <param name="CostUsd">
/// Total cost in USD with at most 10 decimals: the cost reported by providers, plus an estimate for uncosted tokens that have a
/// price.
/// </param>
public record UsageFigures(
    decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens, decimal CostUsdTicks,
    decimal UncostedInputTokens, decimal UncostedOutputTokens, decimal UncostedCacheReadTokens, decimal UncostedCacheWriteTokens,
    long EventCount, decimal CostUsd)
{
    /// <summary>The figures, for derived rows to copy.</summary>
    protected UsageFigures Figures => this;
}
