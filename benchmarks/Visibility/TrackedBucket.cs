using System.Collections.Concurrent;

namespace Usage.Benchmarks.Visibility;

/// <summary>A committed change of a bucket.</summary>
/// <param name="Version">What the bucket shows once the change is in it.</param>
/// <param name="At">Timestamp at which the commit was known.</param>
/// <param name="Counts">Whether its latency is part of the figures.</param>
internal readonly record struct CommittedVersion(long Version, long At, bool Counts);

/// <summary>
/// A bucket of a single usage row, which one writer makes grow: the tokens that it shows say which commits are in it.
/// </summary>
internal sealed class TrackedBucket(Guid taskId, Guid agentId, long version)
{
    private readonly ConcurrentQueue<CommittedVersion> unseen = new();

    public Guid TaskId { get; } = taskId;

    public Guid AgentId { get; } = agentId;

    /// <summary>The last version that its writer wrote.</summary>
    public long Version { get; set; } = version;

    public bool AllSeen => unseen.IsEmpty;

    public void Commit(CommittedVersion committed) => unseen.Enqueue(committed);

    /// <summary>Takes the commits that are in the bucket when it shows so many tokens.</summary>
    public IEnumerable<CommittedVersion> TakeSeen(long tokens)
    {
        while (unseen.TryPeek(out var oldest) && oldest.Version <= tokens && unseen.TryDequeue(out _))
        {
            yield return oldest;
        }
    }
}
