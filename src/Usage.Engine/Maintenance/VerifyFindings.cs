using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>The findings of a verification so far.</summary>
internal sealed class VerifyFindings(int listAtMost)
{
    private readonly List<BucketDrift> listed = [];
    private readonly List<TaskSetDrift> listedSets = [];
    private readonly List<Instant> pendingHours = [];
    private readonly HashSet<Instant> hoursNotBackfilled = [];
    private long buckets;

    public long RawRows { get; private set; }

    public long DriftCount { get; private set; }

    public HashSet<Instant> DriftedHours { get; } = [];

    public void AddPending(IEnumerable<Instant> hours) => pendingHours.AddRange(hours.Order());

    /// <param name="moreRawRows">Usage rows compared.</param>
    /// <param name="moreBuckets">Buckets compared.</param>
    /// <param name="differences">Buckets that differ.</param>
    /// <param name="uncounted">Hours and agents whose history was never counted.</param>
    public void Add(
        long moreRawRows, long moreBuckets, IEnumerable<BucketDrift> differences, IReadOnlySet<(Instant Hour, Guid Agent)> uncounted)
    {
        RawRows += moreRawRows;
        buckets += moreBuckets;
        foreach (var one in differences)
        {
            if (uncounted.Contains((one.BucketHour, one.AgentId)))
            {
                hoursNotBackfilled.Add(one.BucketHour);
                continue;
            }

            DriftCount++;
            DriftedHours.Add(one.BucketHour);
            if (listed.Count < listAtMost)
            {
                listed.Add(one);
            }
        }
    }

    /// <param name="differences">Sets of tasks that differ.</param>
    /// <param name="uncounted">Where the rollup lacks history rather than a change; the buckets tell of it.</param>
    public void Add(IEnumerable<TaskSetDrift> differences, IReadOnlySet<(Instant Hour, Guid Agent)> uncounted)
    {
        foreach (var one in differences.Where(one => !uncounted.Contains((one.BucketHour, one.AgentId))))
        {
            DriftCount++;
            DriftedHours.Add(one.BucketHour);
            if (listedSets.Count < listAtMost)
            {
                listedSets.Add(one);
            }
        }
    }

    public VerifyReport Report(VerifyState state, bool repaired) => new(
        RawRows, buckets, DriftCount, listed, pendingHours, repaired ? DriftedHours.Count : 0, hoursNotBackfilled.Count,
        state.BrokenTriggers, state.ChangedTables)
    {
        TaskSetDrift = listedSets,
        FrozenBefore = state.FrozenBefore,
    };
}
