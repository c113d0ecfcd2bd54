using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>
/// Lets so many reports read at a time, and a bounded number wait. A report takes one connection and memory of the server, so this also
/// leaves half of the connection pool, at least, for recording and draining.
/// </summary>
internal sealed class ReportQueue
{
    // What is in the channel reads; a full one lets further writers wait in their order.
    private readonly Channel<bool> reading;
    private readonly UsageEngineOptions settings;
    private readonly TimeProvider time;
    private int waiting;

    public ReportQueue(NpgsqlDataSource database, IOptions<UsageEngineOptions> options, TimeProvider time)
    {
        settings = options.Value;
        this.time = time;
        NpgsqlConnectionStringBuilder pool = new(database.ConnectionString);
        reading = Channel.CreateBounded<bool>(AtATime(settings.MaxConcurrentReports, pool.Pooling ? pool.MaxPoolSize : int.MaxValue));
    }

    /// <summary>How many reports read at a time.</summary>
    public static int AtATime(int atMost, int poolSize) => Math.Max(1, Math.Min(atMost, poolSize / 2));

    /// <summary>Waits for its turn, which ends when the result is disposed.</summary>
    /// <exception cref="ReportsBusyException">Too many wait already, or the turn did not come in time.</exception>
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

    /// <summary>The right to read one report.</summary>
    internal sealed class Turn(ChannelReader<bool> reading) : IDisposable
    {
        public void Dispose() => reading.TryRead(out _);
    }
}
