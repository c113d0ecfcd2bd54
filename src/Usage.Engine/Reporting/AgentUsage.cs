namespace Usage.Engine.Reporting;

/// <summary>An agent's usage of a model; null combines the agents that the viewer may not see. A task is counted once.</summary>
public sealed record AgentUsage(Guid? AgentId, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
