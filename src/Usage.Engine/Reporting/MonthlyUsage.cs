using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>A provider's model in a month of local days, by its first. A task is counted once.</summary>
public sealed record MonthlyUsage(LocalDate Month, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
