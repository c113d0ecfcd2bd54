namespace Usage.Engine.Reporting;

/// <summary>A provider's model as used by an agent; null: by those that the viewer may not see. A task is counted once.</summary>
public sealed record AgentUsage(Guid? AgentId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
