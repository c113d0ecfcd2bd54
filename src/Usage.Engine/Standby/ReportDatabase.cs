using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Standby;

/// <summary>
/// Where everything that only reads is read: on the standby if there is one and it serves, otherwise on the primary. A connection to the standby is
/// checked each time, since a failover or another host behind the same name may change what it leads to.
/// </summary>
internal sealed class ReportDatabase(
    NpgsqlDataSource primary, NpgsqlDataSource? standby, IOptions<UsageEngineOptions> options, TimeProvider time, EngineMetrics metrics, EngineLog log)
{
    private readonly PrimaryPosition position = new(primary);
    private readonly StandbyJournal journal = new(time, metrics, log);
    private readonly ReplayWait? wait = standby is null ? null : new(standby, options, time);
    private volatile DatabaseIdentity? identity;

    /// <summary>The connection pools that reports use.</summary>
    public IEnumerable<NpgsqlDataSource> Sources => standby is null ? [primary] : [primary, standby];

    /// <summary>
    /// What a report's server must have, after waiting for the standby to have it. Called before the report takes its turn, because it may wait.
    /// </summary>
    /// <param name="upToDate">Whether the report must contain everything that is committed now.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<ReadPoint> PointAsync(bool upToDate, CancellationToken cancellationToken)
    {
        if (standby is null || !upToDate)
        {
            return ReadPoint.Any;
        }

        if (journal.Outage is not null && await CheckAsync(cancellationToken).ConfigureAwait(false) is { } lasting)
        {
            journal.FellBack(lasting);
            return ReadPoint.Primary;
        }

        if (await FlushedAsync(cancellationToken).ConfigureAwait(false) is not { } needed)
        {
            return ReadPoint.Primary;
        }

        var attempt = journal.Number;
        if (await wait!.ForAsync(needed, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            Fail(standby, attempt, fault, error: null);
            journal.FellBack(fault);
            return ReadPoint.Primary;
        }

        return new(needed, OnPrimary: false);
    }

    /// <summary>Opens a connection. It has no transaction yet.</summary>
    public async Task<ReadPlace> OpenAsync(ReadPoint point, CancellationToken cancellationToken)
    {
        if (standby is not null && !point.OnPrimary)
        {
            var (place, fault) = await TryOpenAsync(standby, point, cancellationToken).ConfigureAwait(false);
            if (place is not null)
            {
                return place;
            }

            journal.FellBack(fault);
        }

        return new(await primary.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), ReportServer.Primary, attempt: 0);
    }

    /// <summary>Reads; on the primary if the standby fails, or cancels it because replay needs what it reads.</summary>
    public async Task<(T Result, ReportServer Server)> ReadAsync<T>(
        ReadPoint point, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        var place = await OpenAsync(point, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var _place = place.ConfigureAwait(false);
            return (await read(place.Connection).ConfigureAwait(false), place.Server);
        }
        catch (NpgsqlException error) when (
            place.Server.IsStandby && !cancellationToken.IsCancellationRequested && StandbyFaults.OfStatement(error) is { } fault)
        {
            journal.Failed(place.Attempt, fault, error);
            journal.FellBack(fault);
        }

        var instead = await OpenAsync(ReadPoint.Primary, cancellationToken).ConfigureAwait(false);
        await using var _instead = instead.ConfigureAwait(false);
        return (await read(instead.Connection).ConfigureAwait(false), instead.Server);
    }

    /// <summary>What keeps reports from the standby; null if nothing does. Tries it, unless it rests.</summary>
    public async Task<StandbyFault?> CheckAsync(CancellationToken cancellationToken)
    {
        if (standby is not null)
        {
            var (place, _) = await TryOpenAsync(standby, ReadPoint.Any, cancellationToken).ConfigureAwait(false);
            if (place is not null)
            {
                await place.DisposeAsync().ConfigureAwait(false);
            }
        }

        return journal.Outage?.Fault;
    }

    private async Task<(ReadPlace? Place, StandbyFault Fault)> TryOpenAsync(
        NpgsqlDataSource source, ReadPoint point, CancellationToken cancellationToken)
    {
        if (journal.Enter() is not { } attempt)
        {
            return (null, journal.Outage?.Fault ?? StandbyFault.Unavailable);
        }

        var now = point.Needed ?? await NowAsync(cancellationToken).ConfigureAwait(false);
        if (identity is not { } expected)
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
            var fault = await FaultOfAsync(connection, sight, expected, point.Needed, either.Token).ConfigureAwait(false);
            if (fault is null)
            {
                var lag = sight.LagBehind(now);
                journal.Served(attempt);
                metrics.ReadBehind(lag);
                ReadPlace place = new(connection, new(IsStandby: true, lag), attempt);
                connection = null;
                return (place, default);
            }

            Fail(source, attempt, fault.Value, error: null);
            return (null, fault.Value);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(source, attempt, StandbyFault.Unavailable, error);
        }
        catch (Exception error) when (StandbyFaults.IsOfConnecting(error) && !cancellationToken.IsCancellationRequested)
        {
            Fail(source, attempt, StandbyFaults.OfStatement(error) ?? StandbyFault.Unavailable, error);
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
    private void Fail(NpgsqlDataSource source, int attempt, StandbyFault fault, Exception? error)
    {
        if (StandbyFaults.IsOutage(fault))
        {
            source.Clear();
        }

        journal.Failed(attempt, fault, error);
    }

    private static async Task<StandbyFault?> FaultOfAsync(
        NpgsqlConnection connection, StandbySight sight, DatabaseIdentity expected, PrimarySight? needed, CancellationToken cancellationToken)
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

    /// <summary>The primary now; null if it does not answer, which does not keep the standby from serving.</summary>
    private async Task<PrimarySight?> NowAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(options.Value.StandbyWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return Known(await position.NowAsync(either.Token).ConfigureAwait(false));
        }
        catch (Exception error) when (
            !cancellationToken.IsCancellationRequested && (error is OperationCanceledException || StandbyFaults.IsOfConnecting(error)))
        {
            return null;
        }
    }

    /// <summary>The primary now, and its log on its way; null if it takes no writes or does not answer, which the report finds out where it is read.</summary>
    private async Task<PrimarySight?> FlushedAsync(CancellationToken cancellationToken)
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
        identity = sight.Identity;
        return sight;
    }
}
