using System.Text.Json.Serialization;
using Usage.Host.Demo.Traffic;

namespace Usage.Host.Demo;

/// <summary>The figures that a load run ends with.</summary>
internal sealed record LoadResult(
    [property: JsonPropertyName("requests")] long Requests,
    [property: JsonPropertyName("tasks")] long Tasks,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("rows_per_second")] double RowsPerSecond,
    [property: JsonPropertyName("p50_ms")] double P50Milliseconds,
    [property: JsonPropertyName("p99_ms")] double P99Milliseconds,
    [property: JsonPropertyName("most_behind_seconds")] double MostBehindSeconds,
    [property: JsonPropertyName("input_tokens")] long InputTokens,
    [property: JsonPropertyName("output_tokens")] long OutputTokens,
    [property: JsonPropertyName("corrections")] long Corrections,
    [property: JsonPropertyName("moves")] long Moves,
    [property: JsonPropertyName("deletes")] long Deletes,
    [property: JsonPropertyName("late_commits")] long LateCommits,
    [property: JsonPropertyName("drift")] long? Drift)
{
    public static LoadResult Of(TrafficFigures figures, TimeSpan elapsed, long? drift) => new(
        figures.Requests, figures.Tasks, Math.Round(elapsed.TotalSeconds, 3), Math.Round(figures.Requests / elapsed.TotalSeconds, 1),
        Math.Round(figures.Latencies.Percentile(0.5).TotalMilliseconds, 2),
        Math.Round(figures.Latencies.Percentile(0.99).TotalMilliseconds, 2), Math.Round(figures.MostBehind.TotalSeconds, 2),
        figures.InputTokens, figures.OutputTokens, figures.Corrections, figures.Moves, figures.Deletes, figures.LateCommits, drift);
}
