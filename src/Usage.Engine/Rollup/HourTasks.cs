namespace Usage.Engine.Rollup;

/// <summary>Collects which tasks have usage in each hour and attribution. Tasks, hours and attributions come as their numbers.</summary>
internal sealed class HourTasks
{
    private readonly Numbering<(int Hour, int Attribution)> places = new();
    private readonly List<(int Place, int Task)> uses = [];

    /// <summary>Forgets all uses and keeps the room for them.</summary>
    public void Clear()
    {
        places.Clear();
        uses.Clear();
    }

    /// <summary>Notes a use. Noting it again changes nothing.</summary>
    public void Add(int hour, int attribution, int task) => uses.Add((places.NumberOf((hour, attribution)), task));

    /// <summary>The sets so far.</summary>
    /// <param name="attributions">What the numbers of attributions stand for.</param>
    /// <param name="taskIds">What the numbers of tasks stand for.</param>
    public IReadOnlyList<TaskSet> Sets(Numbering<Attribution> attributions, IReadOnlyList<Guid> taskIds)
    {
        var ends = new int[places.Count];
        foreach (var (place, _) in uses)
        {
            ends[place]++;
        }

        for (var place = 1; place < ends.Length; place++)
        {
            ends[place] += ends[place - 1];
        }

        // Filled from its end, each place's count becomes its start.
        var starts = (int[])ends.Clone();
        var ids = new Guid[uses.Count];
        foreach (var (place, task) in uses)
        {
            ids[--starts[place]] = taskIds[task];
        }

        var sets = new TaskSet[places.Count];
        for (var place = 0; place < sets.Length; place++)
        {
            var (hour, attribution) = places[place];
            sets[place] = new(
                new(HourBucket.Numbered(hour), attributions[attribution]), Distinct(ids.AsSpan(starts[place]..ends[place])));
        }

        return sets;
    }

    private static Guid[] Distinct(Span<Guid> ids)
    {
        ids.Sort();
        var count = 1;
        for (var i = 1; i < ids.Length; i++)
        {
            if (ids[i] != ids[count - 1])
            {
                ids[count++] = ids[i];
            }
        }

        return ids[..count].ToArray();
    }
}
