namespace Usage.Engine.Reporting;

/// <summary>The total. Each task is counted once, whatever it used.</summary>
public sealed record TotalUsage(long TaskCount, UsageFigures Figures) : UsageFigures(Figures);
