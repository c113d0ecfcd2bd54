using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using NodaTime;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

// Request bodies for the OpenAPI document only. They are parsed by hand, so that every problem can be reported.

/// <summary>A task's usage: 1 to 100 entries.</summary>
internal sealed record UsageReportBody(IReadOnlyList<UsageEntryBody> Usage);

/// <summary>Usage of one provider and model. The four token classes are disjoint; a missing count is 0.</summary>
internal sealed record UsageEntryBody(
    [property: MaxLength(UsageEntryValidator.MaxTextLength)] string? Provider,
    [property: StringLength(UsageEntryValidator.MaxTextLength, MinimumLength = 1)] string Model,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long InputTokens,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long OutputTokens,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long CacheReadTokens,
    [property: Range(0L, UsageEntryValidator.MaxCount)] long CacheWriteTokens,
    [property: Description("The cost reported by the provider, in units of 1e-10 USD: at most 1000000000000000. 0 or less counts as missing.")] long? CostUsdTicks,
    Instant? CreatedAt);

/// <summary>The usage of several tasks: up to 1,000 entries in total.</summary>
internal sealed record UsageBatchBody(IReadOnlyList<TaskUsageBody> Tasks);

/// <summary>A task's usage in a batch.</summary>
internal sealed record TaskUsageBody(Guid TaskId, IReadOnlyList<UsageEntryBody> Usage);
