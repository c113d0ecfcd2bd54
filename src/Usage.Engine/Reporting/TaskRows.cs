using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// Tasks by the local day of their first usage in the window, so that all rows add up to the window's distinct tasks.
/// </summary>
/// <param name="Date">The day.</param>
/// <param name="RuntimeId">The tasks' runtime; null: none.</param>
/// <param name="AgentId">The tasks' agent; null: one that the viewer may not see.</param>
/// <param name="ProjectId">The project of the tasks' issue; null: none.</param>
/// <param name="TaskCount">Distinct tasks.</param>
public sealed record DailyTasks(LocalDate Date, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long TaskCount);

/// <summary>
/// Tasks by the hour of the local clock, in sequence, of their first usage in the window: its first instant, and what the clock shows.
/// </summary>
/// <inheritdoc cref="DailyTasks" path="/param"/>
/// <param name="Start">The hour's first instant.</param>
/// <param name="Hour">The hour, 0 to 23. One that the clock shows twice is two.</param>
public sealed record LocalHourTasks(
    Instant Start, LocalDate Date, int Hour, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long TaskCount);
