using System.Diagnostics;
using Usage.Engine.Database;

namespace Usage.Engine.Diagnostics;

/// <summary>
/// Traces: a span for each piece of work, the steps of a drain as events of its span. The source is <c>Usage.Engine</c>. A span of the
/// host, in which the engine may have been called, is never written to.
/// </summary>
internal sealed class EngineTracing : IDrainObserver
{
    private static readonly ActivitySource Source = new("Usage.Engine");

    /// <summary>Starts a span; null when nobody listens.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>Starts the span of a drain; null when nobody listens.</summary>
    public static Activity? StartDrain(int hours) => Start("usage.drain")?.SetTag("usage.drain.hours", hours);

    /// <summary>Says in its span that work failed.</summary>
    public static void Failed(Activity? activity, Exception error) => activity?
        .SetTag(EngineMetrics.ErrorTag, Failure.TypeOf(error))
        .SetStatus(ActivityStatusCode.Error, Failure.Describe(error));

    public ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken)
    {
        if (Activity.Current is { } span && span.Source == Source)
        {
            span.AddEvent(new(step.ToString()));
        }

        return ValueTask.CompletedTask;
    }
}
