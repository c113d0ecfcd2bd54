using NodaTime;

namespace Usage.Engine.Marks;

/// <summary>What a mark without an hour names: a task, an issue, an agent, or with none of them everything.</summary>
internal readonly record struct MarkedEntity(Guid? TaskId, Guid? IssueId, Guid? AgentId)
{
    /// <summary>All usage.</summary>
    public static MarkedEntity Everything { get; }
}

/// <summary>A mark without an hour.</summary>
internal sealed record EntityMark(MarkedEntity Entity, short Origin, Instant EnqueuedAt)
{
    /// <summary>One mark for two of the same entity: live if either is, as old as the older.</summary>
    public EntityMark Merge(EntityMark other) =>
        this with { Origin = Math.Min(Origin, other.Origin), EnqueuedAt = Instant.Min(EnqueuedAt, other.EnqueuedAt) };
}
