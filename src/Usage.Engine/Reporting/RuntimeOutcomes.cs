namespace Usage.Engine.Reporting;

/// <summary>Tasks that belong to a runtime; null: to none.</summary>
public sealed record RuntimeOutcomes(Guid? RuntimeId, OutcomeFigures Figures) : OutcomeFigures(Figures);
