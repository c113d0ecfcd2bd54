using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>What to verify.</summary>
public sealed record VerifyRequest
{
    /// <summary>Start, inclusive; null for all history. Rounded down to the hour.</summary>
    public Instant? From { get; init; }

    /// <summary>End, exclusive; null for all history. Rounded up to the hour.</summary>
    public Instant? To { get; init; }

    /// <summary>Whether to mark drifted hours, which the next drain recomputes.</summary>
    public bool Repair { get; init; }

    /// <summary>How many drifted buckets, and sets of tasks, are listed in full; all are counted. Default: 1,000.</summary>
    public int ListAtMost { get; init; } = 1_000;
}
