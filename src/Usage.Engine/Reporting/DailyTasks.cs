using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// Tasks by the local day of their first usage in the window, so that all rows add up to the window's distinct tasks.
/// </summary>
/// <param name="Date">The day.</param>
/// <param name="RuntimeId">The tasks' runtime; null if they have none.</param>
/// <param name="AgentId">The tasks' agent; null if the viewer may not see it.</param>
/// <param name="ProjectId">The project of the tasks' issue; null if there is none.</param>
/// <param name="TaskCount">Distinct tasks.</param>
public sealed record DailyTasks(LocalDate Date, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long TaskCount);
