using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A range of time, half-open: [Start, End).</summary>
internal readonly record struct InstantRange(Instant Start, Instant End);
