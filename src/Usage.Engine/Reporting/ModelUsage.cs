namespace Usage.Engine.Reporting;

/// <summary>A provider's model. A task is counted once.</summary>
public sealed record ModelUsage(string Provider, string Model, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);
