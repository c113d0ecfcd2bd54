namespace Usage.Engine.Pricing.Lists;

/// <summary>What a figure of a list is the price of.</summary>
internal enum PricedTokens
{
    Input,
    Output,
    CacheRead,
    CacheWrite,
    CacheWrite1h,
}
