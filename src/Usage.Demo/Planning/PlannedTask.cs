using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>A task and its usage.</summary>
internal sealed record PlannedTask(
    Guid Id, Guid AgentId, Guid? IssueId, Guid? RuntimeId, string Status, Instant CreatedAt, Instant StartedAt, Instant CompletedAt,
    IReadOnlyList<PlannedUsage> Usage);

/// <summary>A usage row, unique per task, provider and model.</summary>
internal sealed record PlannedUsage(
    Guid Id, string Provider, string Model, TokenCounts Tokens, long? CostUsdTicks, Instant CreatedAt);
