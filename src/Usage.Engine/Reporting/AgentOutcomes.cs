namespace Usage.Engine.Reporting;

/// <summary>Ended tasks of an agent. The agent is null for all agents that the viewer may not see.</summary>
public sealed record AgentOutcomes(Guid? AgentId, OutcomeFigures Figures) : OutcomeFigures(Figures);
