using BenchmarkDotNet.Attributes;
using NodaTime;
using Usage.Engine.Draining;
using Usage.Engine.Rollup;

namespace Usage.Benchmarks;

/// <summary>Computes the buckets of a busy hour, with about five rows per bucket.</summary>
[MemoryDiagnoser]
public class HourRollupBenchmark
{
    private static readonly Instant Hour = Instant.FromUtc(2026, 3, 2, 14, 0);
    private (Guid TaskId, UsageRow Row)[] rows = [];
    private Dictionary<Guid, Attribution> tasks = [];
    private Bucket[] buckets = [];

    /// <summary>Usage rows of the hour.</summary>
    [Params(1_000, 100_000)]
    public int Rows { get; set; }

    /// <summary>Generates the rows: three for every two tasks, of two models.</summary>
    [GlobalSetup]
    public void MakeRows()
    {
        Random random = new(1);
        var (workspace, runtime) = (Guid.NewGuid(), Guid.NewGuid());
        var agents = Enumerable.Range(0, Math.Max(1, Rows / 10)).Select(_ => new Attribution(Guid.NewGuid(), workspace, runtime, null)).ToArray();
        var ids = Enumerable.Range(0, Math.Max(1, Rows * 2 / 3)).Select(_ => Guid.NewGuid()).ToArray();
        tasks = ids.Select((id, i) => (id, i)).ToDictionary(task => task.id, task => agents[task.i % agents.Length]);
        rows = [.. Enumerable.Range(0, Rows).Select(i => (ids[i % ids.Length], new UsageRow(
            Hour + Duration.FromSeconds(random.Next(3_600)), "openai", i < ids.Length ? "gpt-5" : "gpt-5-mini",
            InputTokens: random.Next(10_000), OutputTokens: random.Next(2_000), CacheReadTokens: random.Next(50_000),
            CacheWriteTokens: 0, CostUsdTicks: i % 5 == 0 ? 1_000_000 : null)))];
        buckets = [.. RollUp().Buckets];
    }

    /// <summary>Groups and sums the hour.</summary>
    [Benchmark]
    public int GroupHour() => RollUp().Buckets.Count;

    /// <summary>Encodes the hour's buckets for COPY.</summary>
    [Benchmark]
    public async Task EncodeBuckets()
    {
        CopyBuffer buffer = new();
        foreach (var bucket in buckets)
        {
            BucketCopy.Write(buffer, bucket);
            await buffer.SendPieceAsync(Stream.Null, default);
        }

        await buffer.SendEndAsync(Stream.Null, default);
    }

    /// <summary>Buckets an instant by its UTC hour.</summary>
    [Benchmark]
    public int BucketHours()
    {
        var sum = 0;
        foreach (var (_, row) in rows)
        {
            sum ^= HourBucket.Containing(row.CreatedAt).Number;
        }

        return sum;
    }

    private HourRollup RollUp()
    {
        HourRollup rollup = new();
        foreach (var (id, attribution) in tasks)
        {
            rollup.Attribute(id, attribution);
        }

        foreach (var (id, row) in rows)
        {
            rollup.TryFind(id, out var task);
            rollup.Add(task, row);
        }

        return rollup;
    }
}
