using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;

namespace Usage.Engine.Standby;

/// <summary>Connections to the standby, each checked when it is opened: a failover or another host behind the same name may change what it leads to.</summary>
internal sealed class StandbyPool(
    NpgsqlDataSource source, PrimaryWatch primary, StandbyJournal journal, IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private readonly ReplayWait wait = new(source, options, time);

    public NpgsqlDataSource Source => source;

    /// <summary>
    /// A change that is this old must be in a report, or its mark cut its hour. What the standby has not replayed has no mark there, so it must be younger.
    /// </summary>
    private Duration MaxLag => Duration.Min(Duration.FromTimeSpan(options.Value.StandbyMaxLag), Duration.FromTimeSpan(options.Value.ReportFreshness));

    /// <summary>Waits until the standby has replayed this.</summary>
    /// <returns>Why it has not; null if it has.</returns>
    public async Task<StandbyFault?> WaitAsync(PrimarySight needed, CancellationToken cancellationToken)
    {
        var attempt = journal.Number;
        var fault = await wait.ForAsync(needed, cancellationToken).ConfigureAwait(false);
        if (fault is { } lasting)
        {
            Fail(attempt, lasting, error: null);
        }

        return fault;
    }

    /// <summary>Opens a connection if the standby serves, and has what is needed.</summary>
    /// <returns>The connection, or why there is none.</returns>
    public async Task<(ReadPlace? Place, StandbyFault Fault)> TryOpenAsync(ReadPoint point, CancellationToken cancellationToken)
    {
        if (journal.Enter() is not { } attempt)
        {
            return (null, journal.Outage?.Fault ?? StandbyFault.Unavailable);
        }

        var now = point.Needed ?? await primary.NowAsync(cancellationToken).ConfigureAwait(false);
        if (primary.Seen is not { } expected)
        {
            // Nobody knows yet what it should be a copy of.
            return (null, StandbyFault.Unavailable);
        }

        using CancellationTokenSource limit = new(options.Value.StandbyWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(either.Token).ConfigureAwait(false);
            var sight = await StandbyProbe.SeeAsync(connection, either.Token).ConfigureAwait(false);
            var lag = sight.LagBehind(now);
            var fault = await FaultOfAsync(connection, sight, expected, point.Needed, either.Token).ConfigureAwait(false);
            if (fault is null && now is not null && !(lag <= MaxLag))
            {
                fault = StandbyFault.Lagging;
            }

            if (fault is null)
            {
                journal.Served(attempt);
                ReadPlace place = new(connection, new(IsStandby: true, lag), attempt);
                connection = null;
                return (place, default);
            }

            Fail(attempt, fault.Value, error: null, lag);
            return (null, fault.Value);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(attempt, StandbyFault.Unavailable, error);
        }
        catch (Exception error) when (StandbyFaults.IsOfConnecting(error) && !cancellationToken.IsCancellationRequested)
        {
            Fail(attempt, StandbyFaults.OfStatement(error) ?? StandbyFault.Unavailable, error);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }

        return (null, StandbyFault.Unavailable);
    }

    /// <summary>Idle connections may lead to a server that is no longer the right one.</summary>
    public void Fail(int attempt, StandbyFault fault, Exception? error, Duration? lag = null)
    {
        if (StandbyFaults.IsOutage(fault) && fault != StandbyFault.Lagging)
        {
            source.Clear();
        }

        journal.Failed(attempt, fault, error, lag);
    }

    private static async Task<StandbyFault?> FaultOfAsync(
        NpgsqlConnection connection, StandbySight sight, PrimarySight expected, PrimarySight? needed, CancellationToken cancellationToken)
    {
        if (sight.FaultOf(expected) is { } fault)
        {
            return fault;
        }

        // Several standbys may share a name, and this need not be the one that was waited for.
        if (needed is { } primarySight && !(sight.Replayed >= primarySight.Position))
        {
            return StandbyFault.Behind;
        }

        return await StandbyProbe.HasSchemaAsync(connection, cancellationToken).ConfigureAwait(false) ? null : StandbyFault.SchemaBehind;
    }
}
