using System.Collections.Concurrent;

namespace Usage.Benchmarks.Visibility;

/// <summary>A committed change of a bucket.</summary>
/// <param name="Version">The value that the bucket shows once it includes the change.</param>
/// <param name="At">Timestamp when the commit was acknowledged.</param>
/// <param name="Counts">Whether its latency is measured.</param>
internal readonly record struct CommittedVersion(long Version, long At, bool Counts);

/// <summary>
/// A bucket with a single usage row, which one writer increments: its token count shows which commits it includes.
/// </summary>
internal sealed class TrackedBucket(Guid taskId, Guid agentId, long version)
{
    private readonly ConcurrentQueue<CommittedVersion> unseen = new();

    public Guid TaskId { get; } = taskId;

    public Guid AgentId { get; } = agentId;

    /// <summary>The last version written.</summary>
    public long Version { get; set; } = version;

    public bool AllSeen => unseen.IsEmpty;

    public void Commit(CommittedVersion committed) => unseen.Enqueue(committed);

    /// <summary>Takes the commits that a bucket with this token count includes.</summary>
    public IEnumerable<CommittedVersion> TakeSeen(long tokens)
    {
        while (unseen.TryPeek(out var oldest) && oldest.Version <= tokens && unseen.TryDequeue(out _))
        {
            yield return oldest;
        }
    }
}
