using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>The platform whose history is generated.</summary>
internal sealed record World(IReadOnlyList<PlannedUser> Users, IReadOnlyList<PlannedWorkspace> Workspaces)
{
    public int AgentCount => Workspaces.Sum(workspace => workspace.Agents.Count);
}

internal sealed record PlannedUser(Guid Id, string Name, string? TimeZone);

internal sealed record PlannedMember(Guid Id, Guid UserId, string Role);

/// <param name="Id">Column of the same name.</param>
/// <param name="Name">Column of the same name.</param>
/// <param name="Zone">Time zone of its people and agents.</param>
/// <param name="Habit">Its working hours.</param>
/// <param name="Legacy">Whether its first usage came from a daemon that capitalised provider names.</param>
/// <param name="Members">Its users with their roles.</param>
/// <param name="Runtimes">At least one.</param>
/// <param name="Projects">At least one.</param>
/// <param name="Issues">
/// Grouped by project, in the order of the projects; the last group has no project. No group is empty.
/// </param>
/// <param name="Agents">At least one, busiest first.</param>
internal sealed record PlannedWorkspace(
    Guid Id, string Name, DateTimeZone Zone, WorkingHabit Habit, bool Legacy, IReadOnlyList<PlannedMember> Members,
    IReadOnlyList<PlannedRuntime> Runtimes, IReadOnlyList<PlannedProject> Projects, IReadOnlyList<Guid[]> Issues,
    IReadOnlyList<PlannedAgent> Agents);

internal sealed record PlannedRuntime(Guid Id, string Name, CatalogProvider Provider);

internal sealed record PlannedProject(Guid Id, string Title);

/// <param name="Id">Column of the same name.</param>
/// <param name="Name">Column of the same name.</param>
/// <param name="Runtime">Index of its usual runtime in the workspace.</param>
/// <param name="Weight">Relative share of the world's work.</param>
/// <param name="Joins">When it joins: 0 at the start of the history, 1 at its end.</param>
/// <param name="IssuesOf">Index of the workspace whose issues it works on, nearly always its own.</param>
internal sealed record PlannedAgent(Guid Id, string Name, int Runtime, double Weight, double Joins, int IssuesOf);
