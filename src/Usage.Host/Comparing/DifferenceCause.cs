namespace Usage.Host.Comparing;

/// <summary>Why the rollup and the other table differ on a key.</summary>
internal enum DifferenceCause
{
    /// <summary>The rollup differs from the raw rows, and marks that may change it are pending.</summary>
    Pending,

    /// <summary>The rollup differs from the raw rows, and nothing is pending: changes bypassed the triggers.</summary>
    Drift,

    /// <summary>The other table lacks exactly the usage of tasks without a runtime.</summary>
    RuntimeDeleted,

    /// <summary>Raw rows changed within the lag of the other table's job.</summary>
    NotPickedUp,

    /// <summary>The other table counts usage of an agent or a workspace that no longer exists.</summary>
    Deleted,

    /// <summary>The workspace's figures of the hour are equal: usage is under another agent, runtime, project, provider or model.</summary>
    Moved,

    /// <summary>The figures of the hour are equal, but in another workspace: the agent's and the differ, or an agent moved.</summary>
    OtherWorkspace,

    /// <summary>The other table lacks usage that its job passed over.</summary>
    PassedOver,

    /// <summary>The other table counts usage that was deleted, or edited to another hour, provider or model.</summary>
    Kept,

    /// <summary>The other table has more of one measure and less of another: it holds figures from before an edit.</summary>
    Edited,
}
