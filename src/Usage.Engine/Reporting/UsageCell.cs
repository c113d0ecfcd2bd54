using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>
/// What the database adds up: usage of a provider's model at one price, in a slot of the report's axis (a day of the window, an hour
/// of the clock) or of an entity.
/// </summary>
/// <param name="Slot">The day or hour; 0 where the axis has none.</param>
/// <param name="EntityId">The agent, project or task, where the axis has one.</param>
/// <param name="Provider">The folded name.</param>
/// <param name="Model">The model, as it is spelled.</param>
/// <param name="PricePeriod">The period in which no price changes.</param>
/// <param name="Sum">The measures.</param>
/// <param name="Spelling">How all its rows spell the provider; null when that is not known, as some spell it in another way.</param>
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
