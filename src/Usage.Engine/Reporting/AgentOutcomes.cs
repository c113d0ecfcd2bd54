namespace Usage.Engine.Reporting;

/// <summary>Tasks of an agent; null: of those that the viewer may not see.</summary>
public sealed record AgentOutcomes(Guid? AgentId, OutcomeFigures Figures) : OutcomeFigures(Figures);
