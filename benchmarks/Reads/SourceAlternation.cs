using Usage.Engine.Reporting;

namespace Usage.Benchmarks.Reads;

/// <summary>
/// Reads a report alternately from the rollup and from raw rows, in process. A raw report is cancelled after <see cref="Limit"/>
/// times the preceding rollup time; its ratio then counts as that lower bound.
/// </summary>
internal sealed class SourceAlternation(IUsageReports reports, TimeProvider time)
{
    public const double Limit = 15;

    private const int Rounds = 20;
    private const int SlowRounds = 5;

    /// <summary>Slower rollup reports take part in fewer rounds.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    /// <summary>Slower raw reports take part in fewer rounds.</summary>
    private static readonly TimeSpan SlowRaw = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(ReportTimes times, CancellationToken cancellationToken)
    {
        // The first read doesn't count.
        var rollup = await ReadAsync(times.Question, ReportMode.Rollup, cancellationToken);
        var (raw, _) = await ReadRawAsync(times.Question, rollup * Limit, cancellationToken);
        var rounds = rollup < Slow ? Rounds : SlowRounds;
        var rawRounds = raw < SlowRaw ? rounds : SlowRounds;
        for (var round = 0; round < rounds; round++)
        {
            rollup = await ReadAsync(times.Question, ReportMode.Rollup, cancellationToken);
            times.Rollup.Add(rollup.TotalMilliseconds);
            if (round % (rounds / rawRounds) == 0)
            {
                (raw, var stopped) = await ReadRawAsync(times.Question, rollup * Limit, cancellationToken);
                times.AddRaw(raw.TotalMilliseconds, stopped ? Limit : raw / rollup, stopped);
            }
        }
    }

    /// <summary>Reads it once, without a time limit.</summary>
    public async Task<TimeSpan> ReadAsync(ReportQuestion question, ReportMode mode, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await question.ReadAsync(reports, mode, cancellationToken);
        return time.GetElapsedTime(started);
    }

    private async Task<(TimeSpan Took, bool Stopped)> ReadRawAsync(ReportQuestion question, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = new(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            return (await ReadAsync(question, ReportMode.Raw, either.Token), Stopped: false);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (limit, Stopped: true);
        }
    }
}
