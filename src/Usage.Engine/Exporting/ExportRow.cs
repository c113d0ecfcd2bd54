using NodaTime;
using Usage.Engine.Pricing;

namespace Usage.Engine.Exporting;

/// <summary>What a row of an export is about: a period, and all keys of a bucket.</summary>
internal sealed record ExportKey(
    LocalDate Date, Instant Start, Instant End, Guid WorkspaceId, Guid AgentId, Guid? RuntimeId, Guid? ProjectId, string Provider, string Model);

/// <summary>Tokens of the four classes.</summary>
internal readonly record struct ExportTokens(long Input, long Output, long CacheRead, long CacheWrite)
{
    public bool IsZero => this == default;

    public static ExportTokens operator +(in ExportTokens left, in ExportTokens right) => new(
        left.Input + right.Input, left.Output + right.Output, left.CacheRead + right.CacheRead, left.CacheWrite + right.CacheWrite);

    public static ExportTokens operator -(in ExportTokens left, in ExportTokens right) => new(
        left.Input - right.Input, left.Output - right.Output, left.CacheRead - right.CacheRead, left.CacheWrite - right.CacheWrite);
}

/// <summary>The usage of a key, as far as one price holds for it.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="Tokens">All tokens.</param>
/// <param name="Uncosted">Tokens without a cost reported by the provider.</param>
/// <param name="CostUsdTicks">Cost reported by providers, in 1e-10 USD.</param>
/// <param name="EventCount">Number of usage rows.</param>
/// <param name="Price">The price of the uncosted tokens; null if there is none.</param>
internal readonly record struct ExportRow(
    ExportKey Key, ExportTokens Tokens, ExportTokens Uncosted, long CostUsdTicks, long EventCount, ModelPrice? Price)
{
    private const decimal UsdPerTick = 0.0000000001m;
    private const decimal Million = 0.000001m;

    /// <summary>Whether there are tokens that no cost and no price counts.</summary>
    public bool IsUnpriced => Price is null && !Uncosted.IsZero;

    /// <summary>
    /// Reported and estimated cost in USD, unrounded, with up to 16 decimals. So sums of rows are exact, and equal the reports when
    /// rounded to a tick.
    /// </summary>
    public decimal CostUsd => (CostUsdTicks * UsdPerTick) + (Price is { } price
        ? Estimate(Uncosted.Input, price.Input) + Estimate(Uncosted.Output, price.Output)
            + Estimate(Uncosted.CacheRead, price.CacheRead) + Estimate(Uncosted.CacheWrite, price.CacheWrite)
        : 0);

    /// <summary>What tokens cost in USD, not rounded.</summary>
    public static decimal Estimate(long tokens, decimal usdPerMillion) => tokens == 0 ? 0 : tokens * usdPerMillion * Million;
}
