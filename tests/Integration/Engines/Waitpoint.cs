using Usage.Engine.Diagnostics;

namespace Usage.Tests.Integration.Engines;

/// <summary>Blocks the first drain that reaches a step until it is released.</summary>
internal sealed class Waitpoint(DrainStep step) : IDrainObserver
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int arrivals;

    /// <summary>Waits until the drain has reached the step.</summary>
    /// <exception cref="InvalidOperationException">The drain ended without reaching the step.</exception>
    public async Task HoldsAsync(Task drain)
    {
        if (await Task.WhenAny(reached.Task, drain) == drain)
        {
            await drain;
            throw new InvalidOperationException($"The drain ended without reaching {step}.");
        }
    }

    public void Release() => released.TrySetResult();

    public async ValueTask ReachedAsync(DrainStep current, CancellationToken cancellationToken)
    {
        if (current == step && Interlocked.Increment(ref arrivals) == 1)
        {
            reached.SetResult();
            await released.Task.WaitAsync(cancellationToken);
        }
    }
}

/// <summary>Runs an action the first time a drain reaches a step.</summary>
internal sealed class At(DrainStep step, Func<Task> action) : IDrainObserver
{
    private int arrivals;

    public async ValueTask ReachedAsync(DrainStep current, CancellationToken cancellationToken)
    {
        if (current == step && Interlocked.Increment(ref arrivals) == 1)
        {
            await action();
        }
    }
}

/// <summary>Runs an action each of the first times a drain reaches a step.</summary>
internal sealed class First(int times, DrainStep step, Func<Task> action) : IDrainObserver
{
    private int arrivals;

    public async ValueTask ReachedAsync(DrainStep current, CancellationToken cancellationToken)
    {
        if (current == step && Interlocked.Increment(ref arrivals) <= times)
        {
            await action();
        }
    }
}
