namespace Usage.Engine.Reporting;

/// <summary>Makes first uses into the rows of reports on tasks: newest first, then by runtime, agent and project, null last.</summary>
internal static class TaskShapes
{
    public static IReadOnlyList<DailyTasks> Daily(
        IEnumerable<FirstUseCell> cells, ReportWindow window, IReadOnlySet<Guid>? hiddenAgents) =>
    [
        .. from row in Rows(cells, hiddenAgents)
           select new DailyTasks(window.Days[row.Slot].Date, row.RuntimeId, row.AgentId, row.ProjectId, row.Tasks)
    ];

    public static IReadOnlyList<LocalHourTasks> LocalHours(
        IEnumerable<FirstUseCell> cells, ReportWindow window, IReadOnlySet<Guid>? hiddenAgents)
    {
        var slots = WindowSlots.Of(window, ReportAxis.LocalHour);
        return
        [
            .. from row in Rows(cells, hiddenAgents)
               let slot = slots[row.Slot]
               select new LocalHourTasks(slot.Start, slot.Date, slot.Hour, row.RuntimeId, row.AgentId, row.ProjectId, row.Tasks)
        ];
    }

    private static IEnumerable<(int Slot, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long Tasks)> Rows(
        IEnumerable<FirstUseCell> cells, IReadOnlySet<Guid>? hiddenAgents) =>
        from cell in cells
        let agent = hiddenAgents?.Contains(cell.AgentId) is true ? (Guid?)null : cell.AgentId
        group cell.Tasks by (cell.Slot, cell.RuntimeId, Agent: agent, cell.ProjectId) into row
        orderby row.Key.Slot descending,
            row.Key.RuntimeId is null, row.Key.RuntimeId, row.Key.Agent is null, row.Key.Agent, row.Key.ProjectId is null, row.Key.ProjectId
        select (row.Key.Slot, row.Key.RuntimeId, row.Key.Agent, row.Key.ProjectId, row.Sum());
}
