using System.Collections;
using System.Runtime.InteropServices;

namespace Usage.Engine.Rollup;

/// <summary>
/// Groups usage rows into buckets. Memory is that of the buckets and of the distinct tasks; no row is kept. What makes a key is numbered,
/// and rows are grouped by the numbers. It can be cleared and used again, which spares the large arrays that it grows to.
/// </summary>
internal sealed class HourRollup
{
    private readonly Dictionary<Guid, TaskEntry> tasks = [];
    private readonly Numbering<Attribution> attributions = new();
    private readonly Numbering<(string Provider, string Model)> models = new();
    private readonly Dictionary<(string Provider, string Model), SpelledModel> spellings = [];
    private readonly Numbering<(int Hour, int Attribution, int Model)> positions = new();
    private readonly List<BucketSum> sums = [];
    private readonly List<string> spellingsOfBuckets = [];
    private readonly HashSet<(int Position, int Task)> counted = [];
    private readonly List<Guid> taskIds = [];
    private readonly HourTasks hourTasks = new();
    private (string Provider, string Model, SpelledModel Spelled) last = ("", "", SpelledModel.None);

    /// <summary>Usage rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>The buckets so far: a view, which a further row or <see cref="Clear"/> changes.</summary>
    public IReadOnlyList<Bucket> Buckets => new BucketView(this);

    /// <summary>The distinct tasks of each hour and attribution so far.</summary>
    public IReadOnlyList<TaskSet> TaskSets => hourTasks.Sets(attributions, taskIds);

    /// <summary>Forgets all rows, tasks and buckets.</summary>
    public void Clear()
    {
        tasks.Clear();
        attributions.Clear();
        models.Clear();
        spellings.Clear();
        positions.Clear();
        sums.Clear();
        spellingsOfBuckets.Clear();
        counted.Clear();
        taskIds.Clear();
        hourTasks.Clear();
        last = ("", "", SpelledModel.None);
        Rows = 0;
    }

    /// <summary>Says whom a task's usage is counted for. Once for each task, before its first row.</summary>
    public void Attribute(Guid taskId, in Attribution attribution)
    {
        tasks.Add(taskId, new(tasks.Count, attributions.NumberOf(attribution)));
        taskIds.Add(taskId);
    }

    /// <summary>Finds a task that was attributed.</summary>
    public bool TryFind(Guid taskId, out TaskEntry task) => tasks.TryGetValue(taskId, out task);

    /// <summary>Whom a task's usage is counted for.</summary>
    public Attribution AttributionOf(TaskEntry task) => attributions[task.Attribution];

    /// <summary>Counts a row of a task in the bucket that it belongs to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row is dated outside the years 2000 to 2100.</exception>
    /// <exception cref="OverflowException">A measure of the bucket leaves 64 bits.</exception>
    public void Add(TaskEntry task, in UsageRow row)
    {
        var spelled = ModelOf(row.Provider, row.Model);
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

        var isNewTask = counted.Add((position, task.Number));
        if (isNewTask)
        {
            hourTasks.Add(hour, task.Attribution, task.Number);
        }

        ref var sum = ref CollectionsMarshal.AsSpan(sums)[position];
        sum = sum.Plus(row, isNewTask);
        Rows++;
    }

    private SpelledModel ModelOf(string provider, string model)
    {
        if (last.Spelled.Model >= 0 && last.Model == model && last.Provider == provider)
        {
            return last.Spelled;
        }

        if (!spellings.TryGetValue((provider, model), out var spelled))
        {
            var folded = ProviderName.Fold(provider);
            spelled = new(models.NumberOf((folded, model)), folded == provider ? "" : provider);
            spellings.Add((provider, model), spelled);
        }

        last = (provider, model, spelled);
        return spelled;
    }

    private Bucket BucketAt(int position)
    {
        var (hour, attribution, model) = positions[position];
        var whom = attributions[attribution];
        return new(
            new(HourBucket.Numbered(hour), whom.WorkspaceId, whom.RuntimeId, whom.AgentId, whom.ProjectId, models[model].Provider, models[model].Model),
            sums[position] with { Spelling = spellingsOfBuckets[position] });
    }

    /// <summary>A task and its attribution, by their numbers in one rollup.</summary>
    internal readonly record struct TaskEntry(int Number, int Attribution);

    /// <summary>A provider's model by its number, and how a row spells the provider: empty as its folded name.</summary>
    private readonly record struct SpelledModel(int Model, string Spelling)
    {
        public static SpelledModel None { get; } = new(-1, "");
    }

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
