using NodaTime;
using Usage.Engine.Pricing;
using Usage.Engine.Recording;

namespace Usage.Extensions.AI;

/// <summary>A model call, ready to be recorded.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Key">What it is recorded under, once.</param>
/// <param name="Provider">The provider; null uses that of the task's runtime.</param>
/// <param name="Model">The model.</param>
/// <param name="Counts">What it used.</param>
/// <param name="EndedAt">When it ended.</param>
internal sealed record ModelCall(Guid TaskId, string Key, string? Provider, string Model, CallCounts Counts, Instant EndedAt)
{
    public CallTokens Tokens => new(Counts.Input, Counts.Output, Counts.CacheRead, Counts.CacheWrite, Counts.CacheWrite1h);

    /// <summary>What is added to the task.</summary>
    /// <param name="costUsdTicks">The call's price, where one is known for the call alone.</param>
    /// <param name="createdAt">When the tokens were produced; null means now.</param>
    public UsageEntry ToEntry(long? costUsdTicks, Instant? createdAt) => new(
        Provider, Model, Counts.Input, Counts.Output, Counts.CacheRead, Counts.CacheWrite, costUsdTicks, createdAt);
}
