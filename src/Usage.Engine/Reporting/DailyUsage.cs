using NodaTime;

namespace Usage.Engine.Reporting;

// The parameter Figures does not become a property: its values are copied to the inherited properties.

/// <summary>A provider's model on a local day. A task is counted once.</summary>
public sealed record DailyUsage(LocalDate Date, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
