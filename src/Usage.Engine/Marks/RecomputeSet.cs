using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>What a drain recomputes: whole hours, and single agents in other hours, but none that is set aside and not due again.</summary>
internal sealed class RecomputeSet
{
    private readonly HashSet<HourBucket> whole;
    private readonly HashSet<(HourBucket Hour, Guid AgentId)> agents;
    private readonly HashSet<(HourBucket Hour, Guid AgentId)> deferred;

    /// <param name="wholeHours">Hours to be recomputed as a whole.</param>
    /// <param name="agentsOfOthers">Agents to be recomputed in an hour.</param>
    /// <param name="setAside">What is set aside in these hours.</param>
    public RecomputeSet(
        IEnumerable<HourBucket> wholeHours, IEnumerable<(HourBucket Hour, Guid AgentId)> agentsOfOthers,
        IReadOnlyList<SetAsideUsage> setAside)
    {
        SetAside = setAside;
        // A whole hour that was set aside has older marks, which this drain may not have taken: only the whole of it makes up for all.
        whole = [.. wholeHours, .. setAside.Where(one => one.AgentId is null).Select(one => one.Hour)];
        agents = [.. agentsOfOthers.Where(pair => !whole.Contains(pair.Hour))];
        deferred =
        [
            .. setAside.Where(one => one is { AgentId: not null, Waits: true }).Select(one => (one.Hour, one.AgentId!.Value))
                .Where(pair => whole.Contains(pair.Hour) || agents.Contains(pair)),
        ];
        agents.ExceptWith(deferred);
        WholeHours = [.. whole.Order()];
        Hours = [.. whole.Union(agents.Select(pair => pair.Hour)).Order()];
    }

    /// <summary>Hours that are recomputed as a whole, but for the deferred agents, in ascending order.</summary>
    public IReadOnlyList<HourBucket> WholeHours { get; }

    /// <summary>Agents that are recomputed in hours which are not.</summary>
    public IReadOnlyCollection<(HourBucket Hour, Guid AgentId)> Agents => agents;

    /// <summary>All of these hours, in ascending order.</summary>
    public IReadOnlyList<HourBucket> Hours { get; }

    /// <summary>What was set aside in the hours before.</summary>
    public IReadOnlyList<SetAsideUsage> SetAside { get; }

    /// <summary>Agents that the marks name and that wait for their retry.</summary>
    public IReadOnlyCollection<(HourBucket Hour, Guid AgentId)> Deferred => deferred;

    /// <summary>Whether nothing is recomputed, because all that the marks name waits.</summary>
    public bool IsEmpty => Hours.Count == 0;

    /// <summary>Whether an agent's usage in an hour is recomputed.</summary>
    public bool Holds(HourBucket hour, Guid agentId) =>
        whole.Contains(hour) ? deferred.Count == 0 || !deferred.Contains((hour, agentId)) : agents.Contains((hour, agentId));
}
