namespace Usage.Engine.Reporting;

/// <summary>All usage of a project, or without a project if null. A task is counted once, whatever it used.</summary>
public sealed record ProjectTotal(Guid? ProjectId, long TaskCount, UsageFigures Figures) : UsageFigures(Figures);
