using System.Collections.Concurrent;
using System.Globalization;

namespace Usage.Tests.Integration.Soak;

/// <summary>Times of something that happened often.</summary>
internal sealed class LatencyFigures
{
    private readonly ConcurrentBag<TimeSpan> times = [];

    public void Add(TimeSpan time) => times.Add(time);

    /// <summary>The time that this share of all was no longer than; zero when there was none.</summary>
    public TimeSpan Percentile(double share)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Percentile(0.5).TotalMilliseconds:0.0} ms, {Percentile(0.99).TotalMilliseconds:0.0} ms, {Percentile(1).TotalMilliseconds:0.0} ms of {times.Count:N0}");
}
