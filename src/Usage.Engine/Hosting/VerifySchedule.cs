using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Maintenance;

namespace Usage.Engine.Hosting;

/// <summary>
/// Runs the scheduled verification beside the drain loop, which it never holds up. Each replica looks once a minute whether it is due.
/// </summary>
internal sealed class VerifySchedule(
    ScheduledVerifier verifier, VerificationJournal journal, IOptions<UsageEngineOptions> options, TimeProvider time, EngineLog log)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Its queries are no part of whatever the host was doing when it started.
        Activity.Current = null;
        if (options.Value.VerifyEvery is null)
        {
            return;
        }

        using PeriodicTimer timer = new(Interval, time);
        do
        {
            await VerifyAsync(stoppingToken).ConfigureAwait(false);
        }
        while (await NextAsync(timer, stoppingToken).ConfigureAwait(false));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            if (await verifier.VerifyWhenDueAsync(cancellationToken).ConfigureAwait(false) is not { } report)
            {
                return;
            }

            var elapsed = time.GetElapsedTime(started);
            if (report.DriftCount > 0)
            {
                log.DriftFound(report.DriftCount, report.MarkedHours, report.RawRows);
            }
            else
            {
                log.Verified(report.RawRows, report.Buckets, elapsed);
            }

            await journal.ForgetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The host is stopping. The next verification starts anew.
        }
        catch (Exception error)
        {
            // Whatever it was, the schedule must survive it.
            log.VerificationFailed(Failure.Describe(error));
            await RecordAsync(error, time.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RecordAsync(Exception failure, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (Failure.IsTransient(failure))
        {
            // A database that is away, or a host that lost its turn: the next minute shows.
            return;
        }

        try
        {
            await journal.RecordFailureAsync(failure, elapsed, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            log.ErrorNotRecorded(Failure.Describe(error));
        }
    }
}
