using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// Tasks by the hour of the local clock, in sequence, of their first usage in the window: its first instant, and what the clock shows.
/// </summary>
/// <inheritdoc cref="DailyTasks" path="/param"/>
/// <param name="Start">The hour's first instant.</param>
/// <param name="Hour">The hour, 0 to 23. One that the clock shows twice is two.</param>
public sealed record LocalHourTasks(
    Instant Start, LocalDate Date, int Hour, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long TaskCount);
