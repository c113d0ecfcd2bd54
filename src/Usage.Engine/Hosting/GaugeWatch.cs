using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Health;

namespace Usage.Engine.Hosting;

/// <summary>
/// Keeps the gauges up to date, also in a host without a loop and while its loop hangs. Nothing is read while nobody listens, and reading
/// takes a small share of one connection's time, however many marks there are.
/// </summary>
internal sealed class GaugeWatch(GaugeReader reader, EngineGauges gauges, TimeProvider time, EngineLog log) : BackgroundService
{
    private const double MaxDuty = 0.05;

    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What it asks the database is no part of whatever the host was doing when it started.
        Activity.Current = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = gauges.Wanted ? await ReadAsync(stoppingToken).ConfigureAwait(false) : Glance;
            await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> ReadAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            gauges.Set(await reader.ReadAsync(cancellationToken).ConfigureAwait(false));
            return DrainPacing.AfterRound(time.GetElapsedTime(started), MaxDuty, more: false, Interval);
        }
        catch (Exception error)
        {
            // Whatever it was, the next one follows; the drain loop tells of a database that is away.
            gauges.Set(null);
            log.GaugesNotRead(Failure.Describe(error));
            return Glance;
        }
    }
}
