namespace Usage.Engine.Diagnostics;

/// <summary>The steps of a drain, in order, each reached once it is done.</summary>
public enum DrainStep
{
    /// <summary>Marks of entities are taken; their hours are not found yet.</summary>
    EntitiesTaken,

    /// <summary>Marks of entities are replaced by marks of hours, and that is committed.</summary>
    EntitiesExpanded,

    /// <summary>Hours to drain are chosen; nothing is locked.</summary>
    Picked,

    /// <summary>Hours are locked to the end of the transaction.</summary>
    Locked,

    /// <summary>The hours' marks are deleted in the transaction.</summary>
    Claimed,

    /// <summary>The tasks that the marks name are resolved to agents.</summary>
    Resolved,

    /// <summary>The tasks with usage in the hours are read, with whom each belongs to; its rows are not.</summary>
    TasksRead,

    /// <summary>The raw rows are read and summed.</summary>
    Computed,

    /// <summary>The buckets are replaced; nothing is committed.</summary>
    Replaced,

    /// <summary>The transaction is committed.</summary>
    Committed,
}

/// <summary>Watches a drain step by step; what it awaits, the drain waits for.</summary>
internal interface IDrainObserver
{
    ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken);
}
