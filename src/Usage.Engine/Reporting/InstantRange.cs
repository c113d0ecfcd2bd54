using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A half-open range of time: [Start, End).</summary>
internal readonly record struct InstantRange(Instant Start, Instant End);
