namespace Usage.Engine.Reporting;

/// <summary>Tasks that started in an hour of the local clock, 0 to 23.</summary>
public sealed record HourActivity(int Hour, long TaskStarts);
