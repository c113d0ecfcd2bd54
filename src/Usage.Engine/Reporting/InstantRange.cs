using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A half-open range of time: [Start, End).</summary>
internal readonly record struct InstantRange(Instant Start, Instant End)
{
    /// <summary>What is left at or after an instant: one range or none.</summary>
    /// <param name="instant">The instant; null for all.</param>
    public IReadOnlyList<InstantRange> From(Instant? instant)
    {
        var start = instant is { } from ? Instant.Max(from, Start) : Start;
        return start < End ? [this with { Start = start }] : [];
    }
}
