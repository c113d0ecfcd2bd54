using NodaTime;

namespace Usage.Engine.Rollup;

/// <summary>A usage row with its attribution. The provider is as stored.</summary>
internal readonly record struct UsageRow(
    Instant CreatedAt, Guid TaskId, Guid AgentId, Guid WorkspaceId, Guid? RuntimeId, Guid? ProjectId, string Provider, string Model,
    long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens, long? CostUsdTicks);
