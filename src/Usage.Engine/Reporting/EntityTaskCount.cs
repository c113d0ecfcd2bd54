using System.Runtime.InteropServices;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Counts distinct tasks by entity.</summary>
internal sealed class EntityTaskCount : IDisposable
{
    private readonly Numbering<ValueTuple<Guid?>> entities = new();
    private readonly Dictionary<Guid, int> firstEntity = TaskMap<int>.Take();

    // A task is in one entity, except where buckets are older than a move of the task.
    private readonly HashSet<(Guid TaskId, int Entity)> moreEntities = [];
    private readonly List<long> counts = [];

    public IReadOnlyList<EntityTasks> Counts => [.. counts.Select((count, entity) => new EntityTasks(entities[entity].Item1, count))];

    /// <param name="entity">The entity; null if there is none.</param>
    /// <param name="taskIds">As <see cref="TaskIds"/> are stored.</param>
    public void Add(Guid? entity, ReadOnlySpan<byte> taskIds)
    {
        var number = NumberOf(entity);
        for (var place = 0; place < taskIds.Length / TaskIds.Size; place++)
        {
            Add(number, TaskIds.At(taskIds, place));
        }
    }

    public void Add(Guid? entity, Guid taskId) => Add(NumberOf(entity), taskId);

    public void Dispose() => TaskMap<int>.Return(firstEntity);

    private int NumberOf(Guid? entity)
    {
        var number = entities.NumberOf(new(entity));
        if (number == counts.Count)
        {
            counts.Add(0);
        }

        return number;
    }

    private void Add(int entity, Guid taskId)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(firstEntity, taskId, out var known);
        if (!known)
        {
            first = entity;
            counts[entity]++;
        }
        else if (first != entity && moreEntities.Add((taskId, entity)))
        {
            counts[entity]++;
        }
    }
}
