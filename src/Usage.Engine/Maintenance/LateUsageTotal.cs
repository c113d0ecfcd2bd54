using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>Usage behind the frozen hours, as listed in <c>usage_rollup.late_usage</c>.</summary>
/// <param name="Rows">Usage rows.</param>
/// <param name="Tokens">All their tokens together.</param>
/// <param name="NewestAt">When the newest was noted; null if there are none.</param>
public sealed record LateUsageTotal(long Rows, decimal Tokens, Instant? NewestAt);
