using NodaTime;

namespace Usage.Engine.Rollup;

/// <summary>A task's usage row. The provider is as stored.</summary>
internal readonly record struct UsageRow(
    Instant CreatedAt, string Provider, string Model,
    long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens, long? CostUsdTicks);
