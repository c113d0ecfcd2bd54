namespace Usage.Engine.Reporting;

/// <summary>Usage of a model on a runtime; null for usage without a runtime. A task is counted once.</summary>
public sealed record RuntimeUsage(Guid? RuntimeId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
