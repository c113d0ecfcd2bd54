using NodaTime;

namespace Usage.AspNetCore.Recording;

// What the reference page shows of the bodies; they are read by hand, so that every problem can be named.

/// <summary>What a task reports: 1 to 100 entries.</summary>
internal sealed record UsageReportBody(IReadOnlyList<UsageEntryBody> Usage);

/// <summary>Usage with one provider and model. The four token classes are disjoint; a missing one is 0.</summary>
internal sealed record UsageEntryBody(
    string? Provider, string Model, long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens,
    long? CostUsdTicks, Instant? CreatedAt);

/// <summary>Reports of several tasks: up to 1,000 entries in all.</summary>
internal sealed record UsageBatchBody(IReadOnlyList<TaskUsageBody> Tasks);

/// <summary>A task's report in a batch.</summary>
internal sealed record TaskUsageBody(Guid TaskId, IReadOnlyList<UsageEntryBody> Usage);
