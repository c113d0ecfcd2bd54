namespace Usage.Engine.Recording;

/// <summary>The outcome of recording a task's usage.</summary>
public enum TaskUsageOutcome
{
    /// <summary>All entries are stored.</summary>
    Stored,

    /// <summary>Nothing is stored: an entry breaks a rule.</summary>
    Refused,

    /// <summary>Nothing is stored: the task does not exist.</summary>
    UnknownTask,

    /// <summary>Nothing is stored: the database failed. The call can be repeated.</summary>
    Failed,
}
