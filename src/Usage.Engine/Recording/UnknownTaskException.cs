namespace Usage.Engine.Recording;

/// <summary>The task does not exist.</summary>
public sealed class UnknownTaskException(Guid taskId) : Exception($"There is no task {taskId}.")
{
    /// <summary>The unknown id.</summary>
    public Guid TaskId { get; } = taskId;
}
