using System.Diagnostics;

namespace Usage.Benchmarks.Backfill;

/// <summary>
/// Measures the time from the first claim to the last commit of all drains while it listens, from the engine's traces.
/// </summary>
internal sealed class DrainTimer : IDisposable
{
    private readonly Lock gate = new();
    private readonly ActivityListener listener;
    private DateTimeOffset first = DateTimeOffset.MaxValue;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    public DrainTimer()
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
                // Locked is the step immediately before the claim.
                first = step.Name == "Locked" && step.Timestamp < first ? step.Timestamp : first;
                last = step.Name == "Committed" && step.Timestamp > last ? step.Timestamp : last;
            }
        }
    }
}
