namespace Usage.AspNetCore.Access;

/// <summary>
/// Which agents of a workspace a viewer may see. The others are one row without an id in each report by agent, and as a filter their ids are
/// like those of agents that do not exist; the filter <c>other</c> stands for all of them. All figures still count them, so that every report adds up to the same total.
/// </summary>
public sealed class AgentVisibility
{
    private AgentVisibility(IReadOnlySet<Guid> hidden) => Hidden = hidden;

    /// <summary>Every agent is visible.</summary>
    public static AgentVisibility All { get; } = new(new HashSet<Guid>());

    /// <summary>The agents that the viewer may not see.</summary>
    public IReadOnlySet<Guid> Hidden { get; }

    /// <summary>Every agent is visible but these.</summary>
    public static AgentVisibility AllBut(IEnumerable<Guid> hidden) => new(hidden.ToHashSet());
}
