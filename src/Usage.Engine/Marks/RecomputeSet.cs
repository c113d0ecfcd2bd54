using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>What a drain recomputes: whole hours, and single agents in other hours.</summary>
internal sealed class RecomputeSet
{
    private readonly HashSet<HourBucket> whole;
    private readonly HashSet<(HourBucket Hour, Guid AgentId)> agents;

    public RecomputeSet(IEnumerable<HourBucket> wholeHours, IEnumerable<(HourBucket Hour, Guid AgentId)> agentsOfOthers)
    {
        whole = [.. wholeHours];
        agents = [.. agentsOfOthers.Where(pair => !whole.Contains(pair.Hour))];
        WholeHours = [.. whole.Order()];
        Hours = [.. whole.Union(agents.Select(pair => pair.Hour)).Order()];
    }

    /// <summary>Hours that are recomputed as a whole, in ascending order.</summary>
    public IReadOnlyList<HourBucket> WholeHours { get; }

    /// <summary>Agents that are recomputed in hours which are not.</summary>
    public IReadOnlyCollection<(HourBucket Hour, Guid AgentId)> Agents => agents;

    /// <summary>All of these hours, in ascending order.</summary>
    public IReadOnlyList<HourBucket> Hours { get; }

    /// <summary>Whether an agent's usage in an hour is recomputed.</summary>
    public bool Holds(HourBucket hour, Guid agentId) => whole.Contains(hour) || agents.Contains((hour, agentId));
}
