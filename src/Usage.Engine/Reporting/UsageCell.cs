using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>
/// What the database adds up: usage of a provider's model at one price, in a slot of the report's axis (a day of the window, an hour
/// of the clock) or of an entity.
/// </summary>
internal readonly record struct UsageCell(
    int Slot, Guid? EntityId, string Provider, string Model, int PricePeriod, UsageSum Sum);

/// <summary>The measures of a cell.</summary>
internal readonly record struct UsageSum(
    TokenSum Tokens, decimal CostUsdTicks, TokenSum Uncosted, long TaskCount, long EventCount)
{
    public static UsageSum operator +(UsageSum left, UsageSum right) => new(
        left.Tokens + right.Tokens, left.CostUsdTicks + right.CostUsdTicks, left.Uncosted + right.Uncosted,
        left.TaskCount + right.TaskCount, left.EventCount + right.EventCount);
}
