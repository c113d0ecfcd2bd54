using System.Collections.Concurrent;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>How much a round takes on before it looks at the journal again.</summary>
/// <param name="Connections">How many drains run at a time.</param>
/// <param name="MaxHours">Live hours, and backfill hours, that it picks at most.</param>
/// <param name="BackfillTime">After this long no further batch of backfill is begun.</param>
/// <param name="Batch">The size of its transactions; carried from one round to the next.</param>
internal sealed record RoundPlan(int Connections, int MaxHours, TimeSpan BackfillTime, BatchSize Batch)
{
    private const int LongBatch = 4;

    private readonly ConcurrentBag<HourRollup> idle = [];

    /// <summary>For the loop in the background: short rounds, since every live mark waits for the end of one.</summary>
    public static RoundPlan Background(UsageEngineOptions options) => new(
        Connections: 1, MaxHours: 1_024, TimeSpan.FromMilliseconds(250), new(options.TargetRowsPerBatch, options.MaxHoursPerBatch));

    /// <summary>
    /// For a drain on request, beside the loops: two connections, which keep both a client and a server core busy, and long rounds and
    /// batches, because the two wait for each other at the end of a round and each batch may hash all tasks anew.
    /// </summary>
    public static RoundPlan OnRequest(UsageEngineOptions options) => new(
        Connections: 2, MaxHours: 8_192, TimeSpan.FromSeconds(10),
        new((int)Math.Min(1_000_000, (long)options.TargetRowsPerBatch * LongBatch), options.MaxHoursPerBatch));

    /// <summary>Room for a worker to compute in, which may hold what another one computed.</summary>
    public HourRollup TakeRoom() => idle.TryTake(out var room) ? room : new();

    /// <summary>Keeps the room for the next worker, also of the next round: what it has grown to is not made again.</summary>
    public void GiveBack(HourRollup room) => idle.Add(room);
}
