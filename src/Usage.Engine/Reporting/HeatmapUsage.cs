namespace Usage.Engine.Reporting;

/// <summary>An hour of the local clock, 0 to 23, on an ISO weekday, 1 (Monday) to 7.</summary>
public sealed record HeatmapUsage(int Weekday, int Hour, UsageFigures Figures) : UsageFigures(Figures);
