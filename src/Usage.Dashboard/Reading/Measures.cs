using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>Figures that add up. Costs are in USD.</summary>
/// <param name="Cost">Cost reported by providers, plus the estimate for priced tokens.</param>
/// <param name="ProviderCost">The reported part of it.</param>
/// <param name="Events">Usage rows.</param>
internal readonly record struct Measures(
    decimal Input, decimal Output, decimal CacheRead, decimal CacheWrite, decimal Cost, decimal ProviderCost, long Events)
{
    /// <summary>Tasks, where each is counted at one place only.</summary>
    public long Tasks { get; init; }

    private const decimal TicksPerUsd = 10_000_000_000m;

    public decimal Tokens => Input + Output + CacheRead + CacheWrite;

    /// <summary>The part of the cost that is estimated.</summary>
    public decimal Estimated => Cost - ProviderCost;

    /// <summary>Of all tokens that a model read, the share that came from its cache; null when it read none.</summary>
    public decimal? CacheHitRate => Input + CacheRead + CacheWrite is var read and > 0 ? CacheRead / read : null;

    public static Measures operator +(Measures left, Measures right) => new(
        left.Input + right.Input, left.Output + right.Output, left.CacheRead + right.CacheRead, left.CacheWrite + right.CacheWrite,
        left.Cost + right.Cost, left.ProviderCost + right.ProviderCost, left.Events + right.Events)
    {
        Tasks = left.Tasks + right.Tasks,
    };

    public static Measures Of(UsageFigures figures) => new(
        figures.InputTokens, figures.OutputTokens, figures.CacheReadTokens, figures.CacheWriteTokens, figures.CostUsd,
        figures.CostUsdTicks / TicksPerUsd, figures.EventCount);

    public static Measures Sum(IEnumerable<UsageFigures> rows) => rows.Aggregate(default(Measures), (sum, row) => sum + Of(row));
}
