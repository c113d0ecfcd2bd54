namespace Usage.Engine.Maintenance;

/// <summary>The measures of a bucket, as decimals, so that a sum that exceeds 64 bits can be shown.</summary>
public sealed record BucketFigures(
    decimal InputTokens, decimal OutputTokens, decimal CacheReadTokens, decimal CacheWriteTokens, decimal CostUsdTicks,
    decimal UncostedInputTokens, decimal UncostedOutputTokens, decimal UncostedCacheReadTokens, decimal UncostedCacheWriteTokens,
    decimal TaskCount, decimal EventCount);
