using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>What to backfill.</summary>
public sealed record BackfillRequest
{
    /// <summary>Start, inclusive; null for all history. Rounded down to the hour.</summary>
    public Instant? From { get; init; }

    /// <summary>End, exclusive; null for all history. Rounded up to the hour.</summary>
    public Instant? To { get; init; }

    /// <summary>Only count what would be recomputed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether this call also drains; otherwise the running hosts do. Default: true.</summary>
    public bool Drain { get; init; } = true;

    /// <summary>Share of the time that this call spends draining, greater than 0, at most 1. Default: 1, unthrottled.</summary>
    public double Duty { get; init; } = 1;
}
