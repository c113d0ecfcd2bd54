using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// A provider's model in one hour of the local clock: its first instant, and what the clock shows. An hour that the clock shows twice is two.
/// A task is counted once.
/// </summary>
public sealed record LocalHourUsage(
    Instant Start, LocalDate Date, int Hour, string Provider, string Model, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);
