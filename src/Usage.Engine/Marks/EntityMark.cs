using NodaTime;

namespace Usage.Engine.Marks;

/// <summary>
/// The entity that a mark without an hour names: a task, an issue or an agent; everything when all three are null.
/// </summary>
internal readonly record struct MarkedEntity(Guid? TaskId, Guid? IssueId, Guid? AgentId)
{
    /// <summary>All usage.</summary>
    public static MarkedEntity Everything { get; }
}

/// <summary>A mark without an hour.</summary>
internal sealed record EntityMark(MarkedEntity Entity, short Origin, Instant EnqueuedAt)
{
    /// <summary>Combines two marks of the same entity: live if either is, with the earlier time.</summary>
    public EntityMark Merge(EntityMark other) =>
        this with { Origin = Math.Min(Origin, other.Origin), EnqueuedAt = Instant.Min(EnqueuedAt, other.EnqueuedAt) };
}
