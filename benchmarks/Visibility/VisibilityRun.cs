using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Visibility;

/// <summary>Upserts at a fixed rate into a data set served by the program, and tracks each upsert until it is visible.</summary>
internal sealed class VisibilityRun(BenchmarkSetting setting, DataSet data)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    /// <param name="buckets">Target buckets, used in turn.</param>
    /// <param name="rate">Upserts per second.</param>
    /// <param name="targetMilliseconds">Target for the 99th percentile; the ratio's denominator.</param>
    /// <param name="targets">The targets.</param>
    public async Task<Outcome> MeasureAsync(
        TrackedBuckets buckets, double rate, double targetMilliseconds, IReadOnlyList<Target> targets,
        CancellationToken cancellationToken)
    {
        await using var host = await ServedHost.StartAsync(data, setting.Time, settings: null, cancellationToken);
        MeasuredPeriod span = new(setting.Time, setting.Time.GetTimestamp(), WarmUp, Length);
        VisibilityObserver observer = new(data.Database, buckets);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = new PacedUpserts(data.Database, buckets, rate).SendAsync(span, stop.Token);
        var metering = MeterAsync(host, span, stop.Token);
        Task[] parts = [writing, metering, observer.ObserveAsync(span, writing, stop.Token)];
        await Task.WhenAll(parts.Select(part => StopAllOnFailureAsync(part, stop)));
        await host.StopAsync(cancellationToken);

        Series latency = new("visible after", "ms", observer.Latencies);
        var p99 = Series.Quantile(latency.Values, 0.99);
        Dictionary<string, double> figures = new()
        {
            ["p50_ms"] = latency.Median,
            ["p99_ms"] = p99,
            ["max_ms"] = latency.Most,
            ["upserts"] = await writing,
            ["rate_per_s"] = await writing / Length.TotalSeconds,
            ["buckets"] = buckets.All.Count,
            ["duty"] = observer.Duty,
        };
        if (await metering is { } cores)
        {
            figures["cores"] = cores;
        }

        return new(
            p99 / targetMilliseconds, $"99th percentile of commit to visible, divided by the target of {targetMilliseconds:N0} ms", targets,
            [latency], await data.DrainAndCountDriftAsync(cancellationToken), figures);
    }

    /// <summary>Average number of cores that the host uses; null if it can't be measured here.</summary>
    private async Task<double?> MeterAsync(ServedHost host, MeasuredPeriod span, CancellationToken cancellationToken)
    {
        await span.UntilAsync(span.WarmUp, cancellationToken);
        var started = span.Elapsed;
        var before = await ProcessorTime.ReadAsync(host, data.Database, cancellationToken);
        await span.UntilAsync(span.End, cancellationToken);
        var after = await ProcessorTime.ReadAsync(host, data.Database, cancellationToken);
        return before is null || after is null ? null : after.Since(before) / (span.Elapsed - started);
    }

    private static async Task StopAllOnFailureAsync(Task part, CancellationTokenSource stop)
    {
        try
        {
            await part;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
