using System.Collections;
using System.Runtime.InteropServices;

namespace Usage.Engine.Rollup;

/// <summary>
/// Groups usage rows into buckets. Memory is proportional to the buckets and distinct tasks; rows are not kept. The parts of keys
/// are numbered, and rows are grouped by these numbers. It can be cleared and reused, which avoids reallocating its large arrays.
/// </summary>
internal sealed class HourRollup
{
    private readonly Dictionary<Guid, TaskEntry> tasks = [];
    private readonly Numbering<Attribution> attributions = new();
    private readonly SpelledModels models = new();
    private readonly Numbering<(int Hour, int Attribution, int Model)> positions = new();
    private readonly List<BucketSum> sums = [];
    private readonly List<string> spellingsOfBuckets = [];
    private readonly Dictionary<int, WideSum> wide = [];
    private readonly HashSet<(int Position, int Task)> counted = [];
    private readonly List<Guid> taskIds = [];
    private readonly HourTasks hourTasks = new();

    /// <summary>Usage rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>
    /// The buckets so far, without those of agents that overflow in an hour. A live view that changes with further rows or <see
    /// cref="Clear"/>.
    /// </summary>
    public IReadOnlyList<Bucket> Buckets => wide.Count == 0 ? new BucketView(this) : WithoutOverflows();

    /// <summary>Agents with a measure that exceeds 64 bits in an hour, with the reason.</summary>
    public IReadOnlyDictionary<(HourBucket Hour, Guid AgentId), string> Overflows
    {
        get
        {
            Dictionary<(HourBucket Hour, Guid AgentId), string> overflows = [];
            foreach (var (position, sum) in wide)
            {
                if (sum.Excess is var (measure, value))
                {
                    var key = KeyAt(position);
                    overflows.TryAdd(
                        (key.Hour, key.AgentId),
                        $"{nameof(OverflowException)}: {measure} of {key.Provider}/{key.Model} adds up to {value}, which exceeds 64 bits");
                }
            }

            return overflows;
        }
    }

    /// <summary>The distinct tasks of each hour and attribution so far, without those of an agent in an hour that overflows.</summary>
    public IReadOnlyList<TaskSet> TaskSets
    {
        get
        {
            var sets = hourTasks.Sets(attributions, taskIds);
            return wide.Count > 0 && Overflows is { Count: > 0 } overflows
                ? [.. sets.Where(set => !overflows.ContainsKey((set.Key.Hour, set.Key.Whom.AgentId)))]
                : sets;
        }
    }

    /// <summary>Removes all rows, tasks and buckets.</summary>
    public void Clear()
    {
        tasks.Clear();
        attributions.Clear();
        models.Clear();
        positions.Clear();
        sums.Clear();
        spellingsOfBuckets.Clear();
        wide.Clear();
        counted.Clear();
        taskIds.Clear();
        hourTasks.Clear();
        Rows = 0;
    }

    /// <summary>Sets a task's attribution. Must be called once per task, before its first row.</summary>
    public void Attribute(Guid taskId, in Attribution attribution)
    {
        tasks.Add(taskId, new(tasks.Count, attributions.NumberOf(attribution)));
        taskIds.Add(taskId);
    }

    /// <summary>Finds an attributed task.</summary>
    public bool TryFind(Guid taskId, out TaskEntry task) => tasks.TryGetValue(taskId, out task);

    /// <summary>Returns a task's attribution.</summary>
    public Attribution AttributionOf(TaskEntry task) => attributions[task.Attribution];

    /// <summary>Adds a task's row to its bucket.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row's date is outside the years 2000 to 2100.</exception>
    public void Add(TaskEntry task, in UsageRow row)
    {
        var spelled = models.NumberOf(row.Provider, row.Model);
        var hour = HourBucket.Containing(row.CreatedAt).Number;
        var position = positions.NumberOf((hour, task.Attribution, spelled.Model));
        if (position == sums.Count)
        {
            sums.Add(default);
            spellingsOfBuckets.Add(spelled.Spelling);
        }
        else if (spellingsOfBuckets[position] != spelled.Spelling)
        {
            spellingsOfBuckets[position] = BucketSum.SeveralSpellings;
        }

        Rows++;
        var isNewTask = counted.Add((position, task.Number));
        if (isNewTask)
        {
            hourTasks.Add(hour, task.Attribution, task.Number);
        }

        if (wide.Count > 0 && wide.TryGetValue(position, out var already))
        {
            already.Add(row, isNewTask);
            return;
        }

        ref var sum = ref CollectionsMarshal.AsSpan(sums)[position];
        try
        {
            sum = sum.Plus(row, isNewTask);
        }
        catch (OverflowException)
        {
            // Switch a bucket to wide sums once; the result is checked when all rows are added.
            WideSum wider = new(sum);
            wider.Add(row, isNewTask);
            wide.Add(position, wider);
        }
    }

    private Bucket BucketAt(int position) =>
        new(
            KeyAt(position),
            (wide.TryGetValue(position, out var sum) ? sum.Narrow() : sums[position]) with { Spelling = spellingsOfBuckets[position] });

    private BucketKey KeyAt(int position)
    {
        var (hour, attribution, model) = positions[position];
        var whom = attributions[attribution];
        var (provider, name) = models[model];
        return new(HourBucket.Numbered(hour), whom.WorkspaceId, whom.RuntimeId, whom.AgentId, whom.ProjectId, provider, name);
    }

    private List<Bucket> WithoutOverflows()
    {
        var overflows = Overflows;
        List<Bucket> buckets = [];
        for (var position = 0; position < positions.Count; position++)
        {
            var key = KeyAt(position);
            if (!overflows.ContainsKey((key.Hour, key.AgentId)))
            {
                buckets.Add(BucketAt(position));
            }
        }

        return buckets;
    }

    /// <summary>A task and its attribution, as numbers within one rollup.</summary>
    internal readonly record struct TaskEntry(int Number, int Attribution);

    private sealed class BucketView(HourRollup rollup) : IReadOnlyList<Bucket>
    {
        public int Count => rollup.positions.Count;

        public Bucket this[int index] => rollup.BucketAt(index);

        public IEnumerator<Bucket> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return rollup.BucketAt(i);
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
