namespace Usage.Engine.Reporting;

/// <summary>A provider's model in an hour of the local clock, 0 to 23. A task is counted once.</summary>
public sealed record HourUsage(int Hour, string Provider, string Model, long TaskCount, UsageFigures Figures)
    : UsageFigures(Figures);
