using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>
/// What a drain recomputes: whole hours, and single agents in other hours, without those that are set aside and not due for a
/// retry.
/// </summary>
internal sealed class RecomputeSet
{
    private readonly HashSet<HourBucket> whole;
    private readonly HashSet<(HourBucket Hour, Guid AgentId)> agents;
    private readonly HashSet<(HourBucket Hour, Guid AgentId)> deferred;

    /// <param name="wholeHours">Hours to recompute as a whole.</param>
    /// <param name="agentsOfOthers">Agents to recompute in an hour.</param>
    /// <param name="setAside">What is set aside in these hours.</param>
    public RecomputeSet(
        IEnumerable<HourBucket> wholeHours, IEnumerable<(HourBucket Hour, Guid AgentId)> agentsOfOthers,
        IReadOnlyList<SetAsideUsage> setAside)
    {
        SetAside = setAside;
        // A whole hour that was set aside has older marks, which this drain may not have claimed. Only recomputing the whole hour
        // covers them.
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

    /// <summary>Hours that are recomputed as a whole, except for the deferred agents, in ascending order.</summary>
    public IReadOnlyList<HourBucket> WholeHours { get; }

    /// <summary>Agents that are recomputed in hours outside <see cref="WholeHours"/>.</summary>
    public IReadOnlyCollection<(HourBucket Hour, Guid AgentId)> Agents => agents;

    /// <summary>All hours of the set, in ascending order.</summary>
    public IReadOnlyList<HourBucket> Hours { get; }

    /// <summary>What was already set aside in these hours.</summary>
    public IReadOnlyList<SetAsideUsage> SetAside { get; }

    /// <summary>Agents that the marks name but whose retry is not due yet.</summary>
    public IReadOnlyCollection<(HourBucket Hour, Guid AgentId)> Deferred => deferred;

    /// <summary>Whether nothing is recomputed, because everything that the marks name waits for its retry.</summary>
    public bool IsEmpty => Hours.Count == 0;

    /// <summary>Whether an agent's usage in an hour is recomputed.</summary>
    public bool Holds(HourBucket hour, Guid agentId) =>
        whole.Contains(hour) ? deferred.Count == 0 || !deferred.Contains((hour, agentId)) : agents.Contains((hour, agentId));
}
