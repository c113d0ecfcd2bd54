namespace Usage.Engine.Reporting;

/// <summary>A provider's model as used on a runtime; null: on none. A task is counted once.</summary>
public sealed record RuntimeUsage(Guid? RuntimeId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
