using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using NodaTime;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

// What the reference page shows of the bodies; they are read by hand, so that every problem can be named.

/// <summary>What a task reports: 1 to 100 entries.</summary>
internal sealed record UsageReportBody(IReadOnlyList<UsageEntryBody> Usage);

/// <summary>Usage with one provider and model. The four token classes are disjoint; a missing one is 0.</summary>
internal sealed record UsageEntryBody(
    [property: MaxLength(UsageEntryValidator.MaxTextLength)] string? Provider,
    [property: StringLength(UsageEntryValidator.MaxTextLength, MinimumLength = 1)] string Model,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long InputTokens,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long OutputTokens,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long CacheReadTokens,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long CacheWriteTokens,
    [property: Description("The provider's own price in 1e-10 USD: at most 1000000000000000; 0 or less is none.")] long? CostUsdTicks,
    Instant? CreatedAt);

/// <summary>Reports of several tasks: up to 1,000 entries in all.</summary>
internal sealed record UsageBatchBody(IReadOnlyList<TaskUsageBody> Tasks);

/// <summary>A task's report in a batch.</summary>
internal sealed record TaskUsageBody(Guid TaskId, IReadOnlyList<UsageEntryBody> Usage);
