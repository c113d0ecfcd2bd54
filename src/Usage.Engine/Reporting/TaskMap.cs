using System.Collections.Concurrent;

namespace Usage.Engine.Reporting;

/// <summary>
/// Lends maps by task id to reports, one after the other: a map for 100,000 tasks is megabytes, and growing a new one for each report would
/// cost more than filling it.
/// </summary>
internal static class TaskMap<TValue>
{
    // What is kept at most: some 10 MB a core.
    private const int MostTasks = 250_000;

    private static readonly ConcurrentBag<Dictionary<Guid, TValue>> Idle = [];

    /// <summary>An empty map, for one thread at a time.</summary>
    public static Dictionary<Guid, TValue> Take() => Idle.TryTake(out var map) ? map : [];

    /// <summary>Takes a map back, which is not to be used afterwards.</summary>
    public static void Return(Dictionary<Guid, TValue> map)
    {
        if (map.EnsureCapacity(0) <= MostTasks && Idle.Count < Environment.ProcessorCount)
        {
            map.Clear();
            Idle.Add(map);
        }
    }
}
