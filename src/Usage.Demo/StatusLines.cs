using System.Globalization;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Maintenance;

namespace Usage.Demo;

/// <summary>Prints the engine's status every few seconds.</summary>
internal sealed class StatusLines(IUsageEngine engine, Action<string> say, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Formats a status as one line. The rate is that of all replicas since the previous status.</summary>
    public static string Line(EngineStatus status, EngineStatus? before, TimeSpan between)
    {
        var rows = status.Replicas.Sum(replica => replica.TotalRows) - (before?.Replicas.Sum(replica => replica.TotalRows) ?? 0);
        var rate = before is null ? "-" : (Math.Max(0, rows) / between.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
        var drain = status.LastDrainEndedAt is { } ended
            ? string.Create(CultureInfo.InvariantCulture, $"{ended:HH:mm:ss} UTC, {status.LastDrainRows ?? 0:N0} rows")
            : "none yet";
        return $"{Pending(status)} | {rate} rows/s | last drain {drain}";
    }

    private static string Pending(EngineStatus status) => (status.PendingLive, status.PendingBackfill) switch
    {
        (0, 0) => "up to date",
        (var live, 0) => string.Create(
            CultureInfo.InvariantCulture, $"marks pending: {live:N0}, oldest {status.OldestLiveAge.TotalSeconds:N1} s"),
        var (live, backfill) => string.Create(
            CultureInfo.InvariantCulture,
            $"marks pending: {live:N0} live, oldest {status.OldestLiveAge.TotalSeconds:N1} s, and {backfill:N0} of a backfill"),
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        EngineStatus? before = null;
        var at = time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var status = await engine.GetStatusAsync(cancellationToken);
                say(Line(status, before, time.GetElapsedTime(at)));
                (before, at) = (status, time.GetTimestamp());
            }
            catch (NpgsqlException failure)
            {
                say($"status unknown: {failure.Message}");
            }
        }
    }
}
