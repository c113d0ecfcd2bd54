namespace Usage.Engine.Rollup;

/// <summary>What makes the stored sets of tasks equal to the computed ones. Equal sets are left alone.</summary>
internal sealed record TaskSetChanges(
    IReadOnlyList<TaskSet> Inserts, IReadOnlyList<TaskSet> Updates, IReadOnlyList<TaskSetKey> Deletes)
{
    public static TaskSetChanges None { get; } = new([], [], []);

    /// <summary>Compares the computed sets with those that are stored now.</summary>
    public static TaskSetChanges Between(IReadOnlyList<TaskSet> computed, IEnumerable<TaskSet> stored)
    {
        var gone = stored.ToDictionary(set => set.Key, set => set.TaskIds);
        if (gone.Count == 0)
        {
            return new(computed, [], []);
        }

        List<TaskSet> inserts = [];
        List<TaskSet> updates = [];
        foreach (var set in computed)
        {
            if (!gone.Remove(set.Key, out var taskIds))
            {
                inserts.Add(set);
            }
            else if (!taskIds.AsSpan().SequenceEqual(set.TaskIds))
            {
                updates.Add(set);
            }
        }

        return new(inserts, updates, [.. gone.Keys]);
    }
}
