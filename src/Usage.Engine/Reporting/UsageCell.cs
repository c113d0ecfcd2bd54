using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>
/// An aggregate computed by the database: usage of a provider and model at one price, in a slot of the report's axis (a day of
/// the window, an hour of the clock) or of an entity.
/// </summary>
/// <param name="Slot">The day or hour; 0 if the axis has neither.</param>
/// <param name="EntityId">The agent, project or task, if the axis has one.</param>
/// <param name="Provider">The provider in lower case.</param>
/// <param name="Model">The model.</param>
/// <param name="PricePeriod">Index of the price period.</param>
/// <param name="Sum">The measures.</param>
/// <param name="Spelling">The common spelling of the provider; null if unknown because some rows differ.</param>
internal readonly record struct UsageCell(
    int Slot, Guid? EntityId, string Provider, string Model, int PricePeriod, UsageSum Sum, string? Spelling);

/// <summary>The measures of a cell.</summary>
internal readonly record struct UsageSum(
    TokenSum Tokens, decimal CostUsdTicks, TokenSum Uncosted, long TaskCount, long EventCount)
{
    public static UsageSum operator +(UsageSum left, UsageSum right) => new(
        left.Tokens + right.Tokens, left.CostUsdTicks + right.CostUsdTicks, left.Uncosted + right.Uncosted,
        left.TaskCount + right.TaskCount, left.EventCount + right.EventCount);
}
