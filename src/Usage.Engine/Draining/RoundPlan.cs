using System.Collections.Concurrent;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>The limits of a round.</summary>
/// <param name="Connections">Number of concurrent drains.</param>
/// <param name="MaxHours">Maximum number of live hours, and of backfill hours, to pick.</param>
/// <param name="BackfillTime">Time after which no further backfill batch is started.</param>
/// <param name="Batch">The adaptive size of its transactions; carried over from round to round.</param>
internal sealed record RoundPlan(int Connections, int MaxHours, TimeSpan BackfillTime, BatchSize Batch)
{
    private const int LongBatch = 4;

    private readonly ConcurrentBag<HourRollup> idle = [];

    /// <summary>For the background loop: short rounds, because new live marks wait for the end of a round.</summary>
    public static RoundPlan Background(UsageEngineOptions options) => new(
        Connections: 1, MaxHours: 1_024, TimeSpan.FromMilliseconds(250), new(options.TargetRowsPerBatch, options.MaxHoursPerBatch));

    /// <summary>
    /// For a drain on request: two connections, which keep a client and a server core busy, and long rounds and batches, because
    /// the workers wait for each other at the end of a round, and each batch may hash all tasks.
    /// </summary>
    public static RoundPlan OnRequest(UsageEngineOptions options) => new(
        Connections: 2, MaxHours: 8_192, TimeSpan.FromSeconds(10),
        new((int)Math.Min(1_000_000, (long)options.TargetRowsPerBatch * LongBatch), options.MaxHoursPerBatch));

    /// <summary>Takes a rollup for a worker, which may contain earlier results.</summary>
    public HourRollup RentRollup() => idle.TryTake(out var rollup) ? rollup : new();

    /// <summary>Returns a rollup for reuse, also in later rounds, which saves growing it again.</summary>
    public void ReturnRollup(HourRollup rollup) => idle.Add(rollup);
}
