using NodaTime;

namespace Usage.Host.Comparing;

/// <summary>What to compare.</summary>
/// <param name="From">Start of the hours, inclusive; null for all.</param>
/// <param name="To">End of the hours, exclusive; null for all.</param>
/// <param name="Lag">How long the other table's job may take to pick up a change.</param>
/// <param name="ListAtMost">How many of the largest differences are listed; all are counted and explained.</param>
internal sealed record ComparisonRequest(Instant? From, Instant? To, Duration Lag, int ListAtMost);
