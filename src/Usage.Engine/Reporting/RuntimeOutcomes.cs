namespace Usage.Engine.Reporting;

/// <summary>Ended tasks of a runtime; null for tasks without a runtime.</summary>
public sealed record RuntimeOutcomes(Guid? RuntimeId, OutcomeFigures Figures) : OutcomeFigures(Figures);
