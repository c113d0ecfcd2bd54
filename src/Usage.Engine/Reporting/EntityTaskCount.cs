using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Counts distinct tasks by entity.</summary>
internal sealed class EntityTaskCount : IDisposable
{
    private readonly Numbering<ValueTuple<Guid?>> entities = new();

    // By task: one more than the entity that it was first seen in.
    private readonly TaskMap firstEntity = TaskMap.Take();

    // A task is in one entity, except where buckets are older than a move of the task.
    private readonly HashSet<(UInt128 Task, int Entity)> moreEntities = [];
    private readonly List<long> counts = [];

    public IReadOnlyList<EntityTasks> Counts => [.. counts.Select((count, entity) => new EntityTasks(entities[entity].Item1, count))];

    /// <param name="entity">The entity; null if there is none.</param>
    /// <param name="taskIds">As <see cref="TaskIds"/> are stored.</param>
    public void Add(Guid? entity, ReadOnlySpan<byte> taskIds)
    {
        var number = NumberOf(entity);
        for (var place = 0; place < taskIds.Length / TaskIds.Size; place++)
        {
            Add(number, TaskIds.NumberAt(taskIds, place));
        }
    }

    public void Add(Guid? entity, Guid taskId) => Add(NumberOf(entity), TaskIds.NumberOf(taskId));

    public void Dispose() => firstEntity.Dispose();

    private int NumberOf(Guid? entity)
    {
        var number = entities.NumberOf(new(entity));
        if (number == counts.Count)
        {
            counts.Add(0);
        }

        return number;
    }

    private void Add(int entity, UInt128 task)
    {
        ref var first = ref firstEntity.NumberOf(task);
        if (first == 0)
        {
            first = entity + 1;
            counts[entity]++;
        }
        else if (first != entity + 1 && moreEntities.Add((task, entity)))
        {
            counts[entity]++;
        }
    }
}
