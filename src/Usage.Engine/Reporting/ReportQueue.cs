using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>
/// Limits concurrent and queued reports. A report takes one connection and server memory; the limit also leaves at least half of
/// the connection pool for recording and draining.
/// </summary>
internal sealed class ReportQueue
{
    // Each item in the channel is a report being read. When it is full, further writers wait in order.
    private readonly Channel<bool> reading;
    private readonly UsageEngineOptions settings;
    private readonly TimeProvider time;
    private int waiting;

    public ReportQueue(IEnumerable<NpgsqlDataSource> sources, IOptions<UsageEngineOptions> options, TimeProvider time)
    {
        settings = options.Value;
        this.time = time;
        reading = Channel.CreateBounded<bool>(AtATime(settings.MaxConcurrentReports, sources.Min(PoolSize)));
    }

    /// <summary>The number of concurrent reports.</summary>
    public static int AtATime(int atMost, int poolSize) => Math.Max(1, Math.Min(atMost, poolSize / 2));

    /// <summary>A permit that is free now; null if there is none.</summary>
    public Turn? TryEnter() => reading.Writer.TryWrite(true) ? new(reading.Reader) : null;

    /// <summary>Waits for a permit, which is released when the result is disposed.</summary>
    /// <exception cref="ReportsBusyException">The queue is full, or the wait timed out.</exception>
    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        if (reading.Writer.TryWrite(true))
        {
            return new(reading.Reader);
        }

        try
        {
            if (Interlocked.Increment(ref waiting) > settings.MaxWaitingReports)
            {
                throw new ReportsBusyException(settings.ReportWait);
            }

            using CancellationTokenSource limit = new(settings.ReportWait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await reading.Writer.WriteAsync(true, either.Token).ConfigureAwait(false);
            return new(reading.Reader);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ReportsBusyException(settings.ReportWait);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private static int PoolSize(NpgsqlDataSource source)
    {
        NpgsqlConnectionStringBuilder pool = new(source.ConnectionString);
        return pool.Pooling ? pool.MaxPoolSize : int.MaxValue;
    }

    /// <summary>A permit to read one report.</summary>
    internal sealed class Turn(ChannelReader<bool> reading) : IDisposable
    {
        public void Dispose() => reading.TryRead(out _);
    }
}
