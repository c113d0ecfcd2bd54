using Microsoft.Extensions.Options;

namespace Usage.Engine.Standby;

/// <summary>What the primary was and where its log ended, when it was last asked.</summary>
internal sealed class PrimaryWatch(PrimaryPosition position, IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private volatile PrimarySight? seen;

    /// <summary>What a standby should be a copy of; null until the primary has answered once.</summary>
    public PrimarySight? Seen => seen;

    /// <summary>The primary now.</summary>
    public async Task<PrimarySight> ReadAsync(CancellationToken cancellationToken) =>
        Known(await position.NowAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The primary now; null if it does not answer, which does not keep the standby from serving.</summary>
    public async Task<PrimarySight?> NowAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(options.Value.StandbyWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (
            !cancellationToken.IsCancellationRequested && (error is OperationCanceledException || StandbyFaults.IsOfConnecting(error)))
        {
            return null;
        }
    }

    /// <summary>The primary now, and its log on its way; null if it takes no writes or does not answer, which the report finds out where it is read.</summary>
    public async Task<PrimarySight?> FlushedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Known(await position.FlushedAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (StandbyFaults.IsOfConnecting(error))
        {
            return null;
        }
    }

    private PrimarySight Known(PrimarySight sight)
    {
        seen = sight;
        return sight;
    }
}
