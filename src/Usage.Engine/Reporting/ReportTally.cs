using System.Runtime.InteropServices;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Merges a report's cells into rows and prices them. Costs are rounded once per row, to a tick, half to even.</summary>
internal sealed class ReportTally(CostEstimate costs)
{
    private const decimal TicksPerUsd = 10_000_000_000m;

    private readonly Dictionary<(string Provider, string Model), TokenSum> unpriced = [];

    /// <summary>The models without a price in all cells merged so far, ordered by provider and model.</summary>
    public IReadOnlyList<UnpricedModel> Unpriced =>
    [
        .. from one in unpriced
           orderby one.Key.Provider, one.Key.Model
           select new UnpricedModel(
               one.Key.Provider, one.Key.Model, one.Value.Input, one.Value.Output, one.Value.CacheRead, one.Value.CacheWrite)
    ];

    /// <summary>Merges cells into one row per key.</summary>
    public IReadOnlyList<TallyRow<TKey>> Merge<TKey>(IEnumerable<UsageCell> cells, Func<UsageCell, TKey> key)
        where TKey : notnull
    {
        Dictionary<TKey, (UsageSum Sum, decimal Estimate)> rows = [];
        foreach (var cell in cells)
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, key(cell), out _);
            row = (row.Sum + cell.Sum, row.Estimate + EstimateOf(cell));
        }

        return
        [
            .. from row in rows
               let sum = row.Value.Sum
               select new TallyRow<TKey>(row.Key, sum.TaskCount, Figures(sum, row.Value.Estimate))
        ];
    }

    /// <summary>Computes the figures of a row.</summary>
    public static UsageFigures Figures(in UsageSum sum, decimal estimate) => new(
        sum.Tokens.Input, sum.Tokens.Output, sum.Tokens.CacheRead, sum.Tokens.CacheWrite, sum.CostUsdTicks,
        sum.Uncosted.Input, sum.Uncosted.Output, sum.Uncosted.CacheRead, sum.Uncosted.CacheWrite, sum.EventCount,
        Math.Round(sum.CostUsdTicks + estimate, MidpointRounding.ToEven) / TicksPerUsd);

    private decimal EstimateOf(in UsageCell cell)
    {
        if (cell.Sum.Uncosted.IsZero)
        {
            return 0;
        }

        if (costs.Ticks(cell.Provider, cell.Model, cell.PricePeriod, cell.Sum.Uncosted) is { } ticks)
        {
            return ticks;
        }

        ref var tokens = ref CollectionsMarshal.GetValueRefOrAddDefault(unpriced, (cell.Provider, cell.Model), out _);
        tokens += cell.Sum.Uncosted;
        return 0;
    }
}

/// <summary>A merged row, before it is converted to a report's row.</summary>
internal readonly record struct TallyRow<TKey>(TKey Key, long TaskCount, UsageFigures Figures);
