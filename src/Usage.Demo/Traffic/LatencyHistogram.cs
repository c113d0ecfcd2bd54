namespace Usage.Demo.Traffic;

/// <summary>A latency histogram with 5% wide buckets from 1 µs up, of constant size.</summary>
internal sealed class LatencyHistogram
{
    private const double Growth = 1.05;
    private const int Classes = 400;

    private readonly long[] counts = new long[Classes];
    private long total;

    public void Add(TimeSpan latency)
    {
        var microseconds = Math.Max(1, latency.TotalMicroseconds);
        counts[Math.Min((int)Math.Ceiling(Math.Log(microseconds, Growth)), Classes - 1)]++;
        total++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var index = 0; index < Classes; index++)
        {
            counts[index] += other.counts[index];
        }

        total += other.total;
    }

    /// <summary>The upper bound of the bucket at this percentile, 0 to 1; zero if the histogram is empty.</summary>
    public TimeSpan Percentile(double share)
    {
        var rank = (long)Math.Ceiling(total * share);
        var index = 0;
        for (var seen = counts[0]; seen < rank; seen += counts[index])
        {
            index++;
        }

        return total == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(Math.Pow(Growth, index));
    }
}
