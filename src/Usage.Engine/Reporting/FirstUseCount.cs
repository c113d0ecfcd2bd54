using System.Runtime.InteropServices;
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
    private readonly Dictionary<Guid, FirstUse> tasks = TaskMap<FirstUse>.Take();

    /// <param name="whom">Whom the usage is attributed to.</param>
    /// <param name="at">When it was.</param>
    /// <param name="taskIds">As <see cref="TaskIds"/> are stored.</param>
    public void Add(FirstUseAttribution whom, Instant at, ReadOnlySpan<byte> taskIds)
    {
        var use = UseOf(whom, at);
        for (var place = 0; place < taskIds.Length / TaskIds.Size; place++)
        {
            Add(use, TaskIds.At(taskIds, place));
        }
    }

    public void Add(FirstUseAttribution whom, Instant at, Guid taskId) => Add(UseOf(whom, at), taskId);

    public IReadOnlyList<FirstUseCell> Cells()
    {
        var counts = new long[cells.Count];
        foreach (var use in tasks.Values)
        {
            counts[use.Cell]++;
        }

        return
        [
            .. from cell in Enumerable.Range(0, counts.Length)
               where counts[cell] > 0
               let slot = cells[cell].Slot
               let whom = cells[cell].Whom
               select new FirstUseCell(slot, whom.RuntimeId, whom.AgentId, whom.ProjectId, counts[cell])
        ];
    }

    public void Dispose() => TaskMap<FirstUse>.Return(tasks);

    private FirstUse UseOf(FirstUseAttribution whom, Instant at)
    {
        var found = Array.BinarySearch(slotStarts, at);
        return new(at, cells.NumberOf((found < 0 ? ~found : found + 1, whom)));
    }

    private void Add(FirstUse use, Guid taskId)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(tasks, taskId, out var known);
        if (!known || use.At < first.At)
        {
            first = use;
        }
    }

    private readonly record struct FirstUse(Instant At, int Cell);
}
