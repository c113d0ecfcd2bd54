using BenchmarkDotNet.Attributes;
using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Benchmarks;

/// <summary>The computation of a busy hour: usage rows in, buckets out. About five rows a bucket, as sessions leave them.</summary>
[MemoryDiagnoser]
public class HourRollupBenchmark
{
    private static readonly Instant Hour = Instant.FromUtc(2026, 3, 2, 14, 0);
    private UsageRow[] rows = [];

    /// <summary>Usage rows of the hour.</summary>
    [Params(1_000, 100_000)]
    public int Rows { get; set; }

    /// <summary>Makes the rows.</summary>
    [GlobalSetup]
    public void MakeRows()
    {
        Random random = new(1);
        var agents = Enumerable.Range(0, Math.Max(1, Rows / 10)).Select(_ => Guid.NewGuid()).ToArray();
        var workspace = Guid.NewGuid();
        var runtime = Guid.NewGuid();
        rows = [.. Enumerable.Range(0, Rows).Select(i => new UsageRow(
            Hour + Duration.FromSeconds(random.Next(3_600)), TaskId: Guid.NewGuid(), agents[i % agents.Length], workspace, runtime,
            ProjectId: null, "openai", i % 2 == 0 ? "gpt-5" : "gpt-5-mini", InputTokens: random.Next(10_000), OutputTokens: random.Next(2_000),
            CacheReadTokens: random.Next(50_000), CacheWriteTokens: 0, CostUsdTicks: i % 5 == 0 ? 1_000_000 : null))];
    }

    /// <summary>Groups and sums the hour.</summary>
    [Benchmark]
    public int GroupHour()
    {
        HourRollup rollup = new();
        foreach (ref readonly var row in rows.AsSpan())
        {
            rollup.Add(row);
        }

        return rollup.Buckets.Count();
    }

    /// <summary>Buckets an instant by its UTC hour.</summary>
    [Benchmark]
    public int BucketHours()
    {
        var sum = 0;
        foreach (ref readonly var row in rows.AsSpan())
        {
            sum ^= HourBucket.Containing(row.CreatedAt).Number;
        }

        return sum;
    }
}
