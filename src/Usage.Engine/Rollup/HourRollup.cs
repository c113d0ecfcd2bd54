using System.Runtime.InteropServices;

namespace Usage.Engine.Rollup;

/// <summary>Groups usage rows into buckets. Memory is that of the buckets and of the distinct tasks in each.</summary>
internal sealed class HourRollup
{
    private readonly Dictionary<BucketKey, int> positions = [];
    private readonly List<BucketSum> sums = [];
    private readonly HashSet<(int Position, Guid TaskId)> tasks = [];

    /// <summary>Usage rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>The buckets so far.</summary>
    public IEnumerable<Bucket> Buckets => positions.Select(entry => new Bucket(entry.Key, sums[entry.Value]));

    /// <summary>Counts a row in the bucket it belongs to.</summary>
    /// <exception cref="OverflowException">A measure of the bucket leaves 64 bits.</exception>
    public void Add(in UsageRow row)
    {
        var key = new BucketKey(
            HourBucket.Containing(row.CreatedAt), row.WorkspaceId, row.RuntimeId, row.AgentId, row.ProjectId,
            ProviderName.Fold(row.Provider), row.Model);
        ref var position = ref CollectionsMarshal.GetValueRefOrAddDefault(positions, key, out var known);
        if (!known)
        {
            position = sums.Count;
            sums.Add(default);
        }

        ref var sum = ref CollectionsMarshal.AsSpan(sums)[position];
        sum = sum.Plus(row, isNewTask: tasks.Add((position, row.TaskId)));
        Rows++;
    }
}
