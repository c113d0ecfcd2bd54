using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A provider's model in an ISO week of local days, by its Monday. A task is counted once.</summary>
public sealed record WeeklyUsage(LocalDate Week, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
