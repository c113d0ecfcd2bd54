using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>The platform that made-up history happens on.</summary>
internal sealed record World(IReadOnlyList<PlannedUser> Users, IReadOnlyList<PlannedWorkspace> Workspaces)
{
    public int AgentCount => Workspaces.Sum(workspace => workspace.Agents.Count);
}

internal sealed record PlannedUser(Guid Id, string Name, string? TimeZone);

internal sealed record PlannedMember(Guid Id, Guid UserId, string Role);

/// <param name="Id">As in the database.</param>
/// <param name="Name">As in the database.</param>
/// <param name="Zone">Where its people work, and with them its agents.</param>
/// <param name="Habit">Which hours it works in.</param>
/// <param name="Legacy">Whether its first reports came from a daemon that wrote provider names with capitals.</param>
/// <param name="Members">Its users with their roles.</param>
/// <param name="Runtimes">At least one.</param>
/// <param name="Projects">At least one.</param>
/// <param name="Issues">By project, in the order of the projects; the last group has no project. No group is empty.</param>
/// <param name="Agents">At least one, the busiest first.</param>
internal sealed record PlannedWorkspace(
    Guid Id, string Name, DateTimeZone Zone, WorkingHabit Habit, bool Legacy, IReadOnlyList<PlannedMember> Members,
    IReadOnlyList<PlannedRuntime> Runtimes, IReadOnlyList<PlannedProject> Projects, IReadOnlyList<Guid[]> Issues,
    IReadOnlyList<PlannedAgent> Agents);

internal sealed record PlannedRuntime(Guid Id, string Name, CatalogProvider Provider);

internal sealed record PlannedProject(Guid Id, string Title);

/// <param name="Id">As in the database.</param>
/// <param name="Name">As in the database.</param>
/// <param name="Runtime">Index of its usual runtime in the workspace.</param>
/// <param name="Weight">Its share of the work, relative to all agents of the world.</param>
/// <param name="Joins">When it starts to work: 0 at the beginning of the history, 1 at its end.</param>
/// <param name="IssuesOf">Index of the workspace whose issues it works on: nearly always its own.</param>
internal sealed record PlannedAgent(Guid Id, string Name, int Runtime, double Weight, double Joins, int IssuesOf);
