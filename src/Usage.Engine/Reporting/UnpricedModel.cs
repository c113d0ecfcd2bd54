namespace Usage.Engine.Reporting;

/// <summary>A provider's model without a price, with its uncosted tokens.</summary>
public sealed record UnpricedModel(
    string Provider, string Model, decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens);
