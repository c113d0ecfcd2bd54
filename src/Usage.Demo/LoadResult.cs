using Usage.Demo.Traffic;

namespace Usage.Demo;

/// <summary>The final figures of a load run.</summary>
internal sealed record LoadResult(
    long Requests,
    long Tasks,
    double Seconds,
    double RowsPerSecond,
    double P50Milliseconds,
    double P99Milliseconds,
    double MostBehindSeconds,
    long InputTokens,
    long OutputTokens,
    long Corrections,
    long Moves,
    long Deletes,
    long LateCommits,
    long? Drift)
{
    public static LoadResult Of(TrafficFigures figures, TimeSpan elapsed, long? drift) => new(
        figures.Requests, figures.Tasks, Math.Round(elapsed.TotalSeconds, 3), Math.Round(figures.Requests / elapsed.TotalSeconds, 1),
        Math.Round(figures.Latencies.Percentile(0.5).TotalMilliseconds, 2),
        Math.Round(figures.Latencies.Percentile(0.99).TotalMilliseconds, 2), Math.Round(figures.MostBehind.TotalSeconds, 2),
        figures.InputTokens, figures.OutputTokens, figures.Corrections, figures.Moves, figures.Deletes, figures.LateCommits, drift);
}
