using NodaTime;

namespace Usage.Engine.Recording;

/// <summary>Token usage of a task with one provider and model. The four token classes are disjoint.</summary>
/// <param name="Provider">
/// At most 200 characters. Trimmed and lower-cased (ASCII). If empty, the provider of the task's runtime is used.
/// </param>
/// <param name="Model">Model id, 1 to 200 characters, not blank. Stored unchanged.</param>
/// <param name="InputTokens">0 to 10^12, excluding cached tokens.</param>
/// <param name="OutputTokens">0 to 10^12.</param>
/// <param name="CacheReadTokens">0 to 10^12.</param>
/// <param name="CacheWriteTokens">0 to 10^12.</param>
/// <param name="CostUsdTicks">
/// The cost reported by the provider, in units of 1e-10 USD, at most 10^15. 0 or less is stored as null.
/// </param>
/// <param name="CreatedAt">
/// When the tokens were produced, at most 5 minutes ahead of and 400 days behind the database's clock. Default: the database's
/// current time. Ignored when the row already exists.
/// </param>
public sealed record UsageEntry(
    string? Provider, string? Model, long InputTokens = 0, long OutputTokens = 0, long CacheReadTokens = 0,
    long CacheWriteTokens = 0, long? CostUsdTicks = null, Instant? CreatedAt = null);
