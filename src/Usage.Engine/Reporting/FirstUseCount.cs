using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Whom a task is counted for.</summary>
internal readonly record struct FirstUseAttribution(Guid? RuntimeId, Guid AgentId, Guid? ProjectId);

/// <summary>Finds the first usage of each task, and counts them by the slot that it is in and whom it is attributed to.</summary>
/// <param name="slotStarts">The first instants of all slots but the first.</param>
internal sealed class FirstUseCount(Instant[] slotStarts) : IDisposable
{
    private readonly Numbering<(int Slot, FirstUseAttribution Whom)> cells = new();
    private readonly List<long> counts = [];
    private readonly List<(Instant At, int Cell)> uses = [];

    // By task: one more than the place of its first use.
    private readonly TaskMap firstUses = TaskMap.Take();

    /// <param name="whom">Whom the usage is attributed to.</param>
    /// <param name="at">When it was.</param>
    /// <param name="taskIds">As <see cref="TaskIds"/> are stored.</param>
    public void Add(FirstUseAttribution whom, Instant at, ReadOnlySpan<byte> taskIds)
    {
        var use = NumberOf(whom, at);
        for (var place = 0; place < taskIds.Length / TaskIds.Size; place++)
        {
            Add(use, TaskIds.NumberAt(taskIds, place));
        }
    }

    public void Add(FirstUseAttribution whom, Instant at, Guid taskId) => Add(NumberOf(whom, at), TaskIds.NumberOf(taskId));

    public IReadOnlyList<FirstUseCell> Cells() =>
    [
        .. from cell in Enumerable.Range(0, counts.Count)
           where counts[cell] > 0
           let slot = cells[cell].Slot
           let whom = cells[cell].Whom
           select new FirstUseCell(slot, whom.RuntimeId, whom.AgentId, whom.ProjectId, counts[cell])
    ];

    public void Dispose() => firstUses.Dispose();

    private int NumberOf(FirstUseAttribution whom, Instant at)
    {
        var found = Array.BinarySearch(slotStarts, at);
        var cell = cells.NumberOf((found < 0 ? ~found : found + 1, whom));
        if (cell == counts.Count)
        {
            counts.Add(0);
        }

        uses.Add((at, cell));
        return uses.Count;
    }

    private void Add(int use, UInt128 task)
    {
        ref var first = ref firstUses.NumberOf(task);
        var (at, cell) = uses[use - 1];
        if (first == 0)
        {
            first = use;
            counts[cell]++;
        }
        else if (at < uses[first - 1].At)
        {
            counts[uses[first - 1].Cell]--;
            first = use;
            counts[cell]++;
        }
    }
}
