using System.Runtime.InteropServices;

namespace Usage.Engine.Reporting;

/// <summary>Shapes first uses into the rows of task reports: newest first, then by runtime, agent and project, null last.</summary>
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

    private static Row[] Rows(IEnumerable<FirstUseCell> cells, IReadOnlySet<Guid>? hiddenAgents)
    {
        Dictionary<Row, long> tasks = [];
        foreach (var cell in cells)
        {
            Row key = new(cell.Slot, cell.RuntimeId, hiddenAgents?.Contains(cell.AgentId) is true ? null : cell.AgentId, cell.ProjectId, Tasks: 0);
            CollectionsMarshal.GetValueRefOrAddDefault(tasks, key, out _) += cell.Tasks;
        }

        Row[] rows = [.. tasks.Select(one => one.Key with { Tasks = one.Value })];

        // There are tens of thousands: a sort by seven keys of LINQ would take longer than counting the tasks.
        Array.Sort(rows, Compare);
        return rows;
    }

    private static int Compare(Row left, Row right) =>
        right.Slot.CompareTo(left.Slot) is var bySlot and not 0 ? bySlot
        : NullLast(left.RuntimeId, right.RuntimeId) is var byRuntime and not 0 ? byRuntime
        : NullLast(left.AgentId, right.AgentId) is var byAgent and not 0 ? byAgent
        : NullLast(left.ProjectId, right.ProjectId);

    private static int NullLast(Guid? left, Guid? right) => (left, right) switch
    {
        ({ } one, { } other) => one.CompareTo(other),
        (null, null) => 0,
        _ => left is null ? 1 : -1,
    };

    private readonly record struct Row(int Slot, Guid? RuntimeId, Guid? AgentId, Guid? ProjectId, long Tasks);
}
