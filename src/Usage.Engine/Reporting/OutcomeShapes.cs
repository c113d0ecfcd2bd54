namespace Usage.Engine.Reporting;

/// <summary>Makes cells of ended tasks into the rows of each report, in its order.</summary>
internal static class OutcomeShapes
{
    /// <summary>Newest day first.</summary>
    public static IReadOnlyList<DailyOutcomes> Daily(IEnumerable<OutcomeCell> cells, ReportWindow window) =>
    [
        .. from cell in cells
           group cell.Figures by cell.Day into day
           orderby day.Key descending
           select new DailyOutcomes(window.Days[day.Key].Date, OutcomeFigures.Sum(day))
    ];

    /// <summary>By id; agents that the viewer may not see are one row, the last.</summary>
    public static IReadOnlyList<AgentOutcomes> Agents(IEnumerable<OutcomeCell> cells, IReadOnlySet<Guid>? hiddenAgents) =>
    [
        .. from cell in cells
           group cell.Figures by hiddenAgents?.Contains(cell.AgentId) is true ? (Guid?)null : cell.AgentId into agent
           orderby agent.Key is null, agent.Key
           select new AgentOutcomes(agent.Key, OutcomeFigures.Sum(agent))
    ];

    /// <summary>By id; tasks without a runtime last.</summary>
    public static IReadOnlyList<RuntimeOutcomes> Runtimes(IEnumerable<OutcomeCell> cells) =>
    [
        .. from cell in cells
           group cell.Figures by cell.RuntimeId into runtime
           orderby runtime.Key is null, runtime.Key
           select new RuntimeOutcomes(runtime.Key, OutcomeFigures.Sum(runtime))
    ];
}
