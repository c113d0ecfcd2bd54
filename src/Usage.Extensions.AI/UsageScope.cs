namespace Usage.Extensions.AI;

/// <summary>Names the task that model calls belong to: those that begin in it, in this asynchronous flow and in what it starts.</summary>
/// <remarks>An inner scope hides the outer one until it is disposed. <see cref="TaskIdProperty"/> in a call's options wins over any scope.</remarks>
public sealed class UsageScope : IDisposable
{
    /// <summary>
    /// The name in <c>ChatOptions.AdditionalProperties</c> that gives a single call its task: a <see cref="Guid"/>, or one as text.
    /// </summary>
    public const string TaskIdProperty = "usage.task_id";

    private static readonly AsyncLocal<Guid?> Current = new();

    private readonly Guid? outer;
    private bool isDisposed;

    private UsageScope(Guid? outer) => this.outer = outer;

    /// <summary>The task of this asynchronous flow; null outside every scope.</summary>
    public static Guid? CurrentTaskId => Current.Value;

    /// <summary>Begins a scope. Dispose it in the method that began it.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The scope; disposing it restores the previous task.</returns>
    public static UsageScope Begin(Guid taskId)
    {
        UsageScope scope = new(Current.Value);
        Current.Value = taskId;
        return scope;
    }

    /// <summary>Ends the scope. A second call does nothing.</summary>
    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            Current.Value = outer;
        }
    }
}
