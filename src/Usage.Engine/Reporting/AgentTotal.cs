namespace Usage.Engine.Reporting;

/// <summary>All usage of an agent; null combines the agents that the viewer may not see. A task is counted once, whatever it used.</summary>
public sealed record AgentTotal(Guid? AgentId, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);
