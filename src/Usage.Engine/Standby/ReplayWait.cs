using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Standby;

/// <summary>Waits until a standby has replayed a position, for at most <see cref="UsageEngineOptions.StandbyWait"/>.</summary>
internal sealed class ReplayWait(NpgsqlDataSource standby, IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns null once the position is replayed, otherwise what prevents it.</summary>
    public async Task<StandbyFault?> ForAsync(PrimarySight needed, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(options.Value.StandbyWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answered = false;
        try
        {
            var connection = await standby.OpenConnectionAsync(either.Token).ConfigureAwait(false);
            await using var _connection = connection.ConfigureAwait(false);
            for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                var sight = await StandbyProbe.SeeAsync(connection, either.Token).ConfigureAwait(false);
                answered = true;
                if (sight.FaultOf(needed) is { } fault)
                {
                    return fault;
                }

                if (sight.Replayed >= needed.Position)
                {
                    return null;
                }

                await Task.Delay(pause, time, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return answered ? StandbyFault.Behind : StandbyFault.Unavailable;
        }
        catch (Exception error) when (StandbyFaults.IsOfConnecting(error) && !cancellationToken.IsCancellationRequested)
        {
            return StandbyFault.Unavailable;
        }
    }
}
