using Microsoft.Extensions.Hosting;
using NodaTime;
using Npgsql;
using Usage.Engine.Maintenance;

namespace Usage.Dashboard.Reading;

/// <summary>The engine's state at a moment.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Age">Of the oldest change that waited.</param>
/// <param name="Pending">Marks that waited.</param>
/// <param name="DrainedRows">Usage rows that all replicas have read since they started.</param>
internal readonly record struct EngineSample(Instant At, Duration Age, long Pending, long DrainedRows);

/// <summary>Remembers the engine's last hour, in this process.</summary>
internal sealed class EngineHistory(EngineState engine, TimeProvider time) : BackgroundService
{
    private const int Most = 240;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Queue<EngineSample> samples = new();

    /// <summary>The last verification that was run from the dashboard.</summary>
    public (Instant At, VerifyReport Report)? LastVerify { get; set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<EngineSample> Samples
    {
        get
        {
            lock (gate)
            {
                return [.. samples];
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Pause, time);
        do
        {
            try
            {
                Add(await engine.ReadAsync(stoppingToken).ConfigureAwait(false));
            }
            catch (NpgsqlException)
            {
                // A gap in the history; the page itself says that the database is away.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private void Add(EngineStatus status)
    {
        EngineSample sample = new(
            Instant.FromDateTimeOffset(time.GetUtcNow()), status.OldestLiveAge, status.PendingLive + status.PendingBackfill,
            status.Replicas.Sum(replica => replica.TotalRows));
        lock (gate)
        {
            samples.Enqueue(sample);
            if (samples.Count > Most)
            {
                samples.Dequeue();
            }
        }
    }
}
