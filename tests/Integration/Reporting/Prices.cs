using NodaTime;
using Usage.Engine.Pricing;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Prices that change within the reported period, in fractions of a tick. The model "free" has none.</summary>
internal static class Prices
{
    private static readonly LocalDate[] Changes = [new(2011, 12, 30), new(2026, 3, 8), new(2026, 4, 24), new(2026, 11, 1)];

    public static CostEstimate Estimate { get; } = new(Changes, (_, model, date, tokens) => Ticks(model, date, tokens));

    public static decimal? Ticks(string model, LocalDate date, TokenSum tokens) => model == "free"
        ? null
        : (1 + Changes.Count(change => change <= date))
            * ((tokens.Input * 0.3m) + (tokens.Output * 1.25m) + (tokens.CacheRead * 0.03m) + (tokens.CacheWrite * 0.375m));
}
