using Microsoft.Extensions.Hosting;
using NodaTime;
using Npgsql;
using Usage.Engine.Maintenance;

namespace Usage.Dashboard.Reading;

/// <summary>The engine's state at a moment.</summary>
/// <param name="At">Time of the sample.</param>
/// <param name="Age">Age of the oldest pending change.</param>
/// <param name="Pending">Pending marks.</param>
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
                // Leaves a gap in the history; the page reports that the database is unavailable.
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
