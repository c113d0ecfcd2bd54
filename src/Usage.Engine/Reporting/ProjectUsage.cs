namespace Usage.Engine.Reporting;

/// <summary>A provider's model as used for a project; null for usage without a project. A task is counted once.</summary>
public sealed record ProjectUsage(Guid? ProjectId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
