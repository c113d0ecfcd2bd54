using System.Collections.Concurrent;

namespace Usage.Engine.Reporting;

/// <summary>
/// A number for each task, by open addressing. Maps are lent to reports, one after the other: one for 100,000 tasks is megabytes, and growing
/// a new one for each report would cost more than filling it, and full collections besides.
/// </summary>
internal sealed class TaskMap : IDisposable
{
    private const int Smallest = 1 << 10;

    // What is kept at most: some 20 MB a core, for 730,000 tasks.
    private const int MostKept = 1 << 20;

    private static readonly ConcurrentBag<TaskMap> Idle = [];

    private UInt128[] tasks = new UInt128[Smallest];

    // 0: the place is free.
    private int[] numbers = new int[Smallest];

    private TaskMap()
    {
    }

    /// <summary>How many tasks have a number.</summary>
    public int Count { get; private set; }

    // Above that, more and more tasks are away from their places.
    private int MostTasks => tasks.Length / 10 * 7;

    /// <summary>An empty map, for one thread at a time.</summary>
    public static TaskMap Take() => Idle.TryTake(out var map) ? map : new();

    /// <summary>The number of a task: 0 if it is new, and then the caller must set another. Valid until the next call.</summary>
    public ref int NumberOf(UInt128 task)
    {
        if (Count >= MostTasks)
        {
            Grow();
        }

        var place = PlaceOf(task);
        if (numbers[place] == 0)
        {
            tasks[place] = task;
            Count++;
        }

        return ref numbers[place];
    }

    /// <summary>Takes the map back, which is not to be used afterwards.</summary>
    public void Dispose()
    {
        if (tasks.Length <= MostKept && Idle.Count < Environment.ProcessorCount)
        {
            Array.Clear(numbers);
            Count = 0;
            Idle.Add(this);
        }
    }

    private int PlaceOf(UInt128 task)
    {
        var last = tasks.Length - 1;
        var place = (int)(Hash(task) & (uint)last);
        while (numbers[place] != 0 && tasks[place] != task)
        {
            place = (place + 1) & last;
        }

        return place;
    }

    // Ids need not be random: both halves, and all their bits, decide.
    private static uint Hash(UInt128 task)
    {
        unchecked
        {
            var mixed = (((ulong)(task >> 64) * 0x9E3779B97F4A7C15) ^ (ulong)task) * 0xD6E8FEB86659FD93;
            return (uint)(mixed >> 32);
        }
    }

    private void Grow()
    {
        var (oldTasks, oldNumbers) = (tasks, numbers);
        tasks = new UInt128[2 * oldTasks.Length];
        numbers = new int[tasks.Length];
        for (var old = 0; old < oldTasks.Length; old++)
        {
            if (oldNumbers[old] != 0)
            {
                var place = PlaceOf(oldTasks[old]);
                (tasks[place], numbers[place]) = (oldTasks[old], oldNumbers[old]);
            }
        }
    }
}
