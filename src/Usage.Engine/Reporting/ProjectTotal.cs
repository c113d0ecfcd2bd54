namespace Usage.Engine.Reporting;

/// <summary>All usage for a project; null: for none. A task is counted once, whatever it used.</summary>
public sealed record ProjectTotal(Guid? ProjectId, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);
