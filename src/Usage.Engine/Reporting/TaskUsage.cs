namespace Usage.Engine.Reporting;

/// <summary>A provider's model as used by a task.</summary>
public sealed record TaskUsage(Guid TaskId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
