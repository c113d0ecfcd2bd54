namespace Usage.Engine.Reporting;

/// <summary>Makes cells of ended tasks into the rows of each report, in its order.</summary>
internal static class OutcomeShapes
{
    /// <summary>Newest day first.</summary>
    public static IReadOnlyList<DailyOutcomes> Daily(IEnumerable<OutcomeCell> cells, ReportWindow window) =>
    [
        .. from cell in cells
           orderby cell.Slot descending
           select new DailyOutcomes(window.Days[cell.Slot].Date, cell.Figures)
    ];

    /// <summary>By id; agents that the viewer may not see are one row, the last.</summary>
    public static IReadOnlyList<AgentOutcomes> Agents(IEnumerable<OutcomeCell> cells, IReadOnlySet<Guid>? hiddenAgents) =>
    [
        .. from cell in cells
           group cell.Figures by cell.EntityId is { } id && hiddenAgents?.Contains(id) is true ? null : cell.EntityId into agent
           orderby agent.Key is null, agent.Key
           select new AgentOutcomes(agent.Key, Sum(agent))
    ];

    /// <summary>By id; tasks without a runtime last.</summary>
    public static IReadOnlyList<RuntimeOutcomes> Runtimes(IEnumerable<OutcomeCell> cells) =>
    [
        .. from cell in cells
           orderby cell.EntityId is null, cell.EntityId
           select new RuntimeOutcomes(cell.EntityId, cell.Figures)
    ];

    private static OutcomeFigures Sum(IEnumerable<OutcomeFigures> all) => all.Aggregate((left, right) => new(
        left.Finished + right.Finished, left.Failed + right.Failed, left.Cancelled + right.Cancelled,
        left.RunCount + right.RunCount, left.RunSeconds + right.RunSeconds));
}
