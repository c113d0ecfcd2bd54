using System.Diagnostics;

namespace Usage.Engine.Diagnostics;

/// <summary>Traces: one activity a drain, its steps as events. The source is <c>Usage.Engine</c>.</summary>
internal sealed class EngineTracing : IDrainObserver
{
    private static readonly ActivitySource Source = new("Usage.Engine");

    /// <summary>Starts the activity of a drain; null when nobody listens.</summary>
    public static Activity? StartDrain(int hours) =>
        Source.StartActivity("usage.drain")?.SetTag("usage.drain.hours", hours);

    public ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken)
    {
        Activity.Current?.AddEvent(new(step.ToString()));
        return ValueTask.CompletedTask;
    }
}
