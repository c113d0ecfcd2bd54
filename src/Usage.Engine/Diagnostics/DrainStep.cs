namespace Usage.Engine.Diagnostics;

/// <summary>The steps of a drain, in order. A step is reached when it is done.</summary>
internal enum DrainStep
{
    /// <summary>Marks of entities are taken; their hours are not yet found.</summary>
    EntitiesTaken,

    /// <summary>Marks of entities are replaced by marks of hours, and the transaction is committed.</summary>
    EntitiesExpanded,

    /// <summary>The hours to drain are picked; nothing is locked yet.</summary>
    Picked,

    /// <summary>The hours are locked until the transaction ends.</summary>
    Locked,

    /// <summary>The hours' marks are deleted in the transaction.</summary>
    Claimed,

    /// <summary>The tasks that the marks name are resolved to agents.</summary>
    Resolved,

    /// <summary>The tasks with usage in the hours are read with their attribution, but not yet their rows.</summary>
    TasksRead,

    /// <summary>The raw rows are read and summed.</summary>
    Computed,

    /// <summary>The buckets are replaced; nothing is committed yet.</summary>
    Replaced,

    /// <summary>The transaction is committed.</summary>
    Committed,
}
