using System.Diagnostics;

namespace Usage.Benchmarks.Backfill;

/// <summary>From the first claim to the last commit of the drains that run while it listens, by the engine's own traces.</summary>
internal sealed class DrainSpan : IDisposable
{
    private readonly Lock gate = new();
    private readonly ActivityListener listener;
    private DateTimeOffset first = DateTimeOffset.MaxValue;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    public DrainSpan()
    {
        listener = new()
        {
            ShouldListenTo = source => source.Name == "Usage.Engine",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public TimeSpan Length => last > first ? last - first : throw new InvalidOperationException("No drain was traced.");

    public void Dispose() => listener.Dispose();

    private void Add(Activity drain)
    {
        lock (gate)
        {
            foreach (var step in drain.Events)
            {
                // Locked is what comes right before the claim.
                first = step.Name == "Locked" && step.Timestamp < first ? step.Timestamp : first;
                last = step.Name == "Committed" && step.Timestamp > last ? step.Timestamp : last;
            }
        }
    }
}
