using Usage.Demo.Traffic;
using Usage.Engine.Recording;

namespace Usage.Benchmarks.HttpRecording;

/// <summary>Records usage as fast as possible, with one report in flight per connection.</summary>
/// <param name="connections">The recorders to use; one may appear more than once.</param>
internal sealed class RecordingLoad(IReadOnlyList<IUsageRecorder> connections, ReportSource reports, TimeProvider time)
{
    private readonly Random[] randoms = [.. connections.Select((_, number) => new Random(number))];
    private readonly List<LatencyHistogram> runs = [];

    /// <summary>Latencies of all runs except the first, which is the warm-up.</summary>
    public LatencyHistogram Latencies
    {
        get
        {
            LatencyHistogram all = new();
            runs.Skip(1).ToList().ForEach(all.Add);
            return all;
        }
    }

    /// <summary>Records for a period of time.</summary>
    /// <returns>Reports per second over all connections.</returns>
    public async Task<double> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var counts = await Task.WhenAll(connections.Select((_, number) => ReportAsync(number, started, length, cancellationToken)));
        var elapsed = time.GetElapsedTime(started);
        LatencyHistogram run = new();
        foreach (var (_, latencies) in counts)
        {
            run.Add(latencies);
        }

        runs.Add(run);
        return counts.Sum(count => count.Reports) / elapsed.TotalSeconds;
    }

    private async Task<(int Reports, LatencyHistogram Latencies)> ReportAsync(
        int number, long started, TimeSpan length, CancellationToken cancellationToken)
    {
        LatencyHistogram latencies = new();
        var count = 0;
        while (time.GetElapsedTime(started) < length)
        {
            var report = reports.Next(randoms[number]);
            var sent = time.GetTimestamp();
            await connections[number].RecordAsync(report.TaskId, report.Entries, cancellationToken);
            latencies.Add(time.GetElapsedTime(sent));
            count++;
        }

        return (count, latencies);
    }
}
