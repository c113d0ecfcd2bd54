using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Engine.Schema.Checks;

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
    private volatile PrimarySight? seen;

    /// <summary>
    /// A change that is this old must be in a report, or its mark cut its hour. What the standby has not replayed has no mark there, so it must be younger.
    /// </summary>
    private Duration MaxLag => Duration.Min(Duration.FromTimeSpan(options.Value.StandbyMaxLag), Duration.FromTimeSpan(options.Value.ReportFreshness));

    /// <summary>The connection pools that reports use.</summary>
    public IEnumerable<NpgsqlDataSource> Sources => standby is null ? [primary] : [primary, standby];

    /// <summary>The pool that a report's connection came from.</summary>
    public NpgsqlDataSource SourceOf(NpgsqlConnection connection) =>
        standby is not null && connection.ConnectionString == standby.ConnectionString ? standby : primary;

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

        if (journal.Outage is not null)
        {
            await StateAsync(cancellationToken).ConfigureAwait(false);
            if (journal.Outage is { } lasting)
            {
                journal.FellBack(lasting.Fault);
                return ReadPoint.Primary;
            }
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

    /// <summary>Reads; once more on the primary if the standby fails, or cancels it because replay needs what it reads.</summary>
    /// <param name="point">What the server must have.</param>
    /// <param name="read">Reads on a connection.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <param name="mayRepeat">Asked after a failure; null if reading again does no harm.</param>
    public async Task<(T Result, ReportServer Server)> ReadAsync<T>(
        ReadPoint point, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken, Func<bool>? mayRepeat = null)
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
            if (mayRepeat?.Invoke() == false)
            {
                throw;
            }

            journal.FellBack(fault);
        }

        var instead = await OpenAsync(ReadPoint.Primary, cancellationToken).ConfigureAwait(false);
        await using var _instead = instead.ConfigureAwait(false);
        return (await read(instead.Connection).ConfigureAwait(false), instead.Server);
    }

    /// <summary>Whether the standby serves; null if there is none. Tries it, unless it rests.</summary>
    public async Task<StandbyState?> StateAsync(CancellationToken cancellationToken)
    {
        if (standby is null)
        {
            return null;
        }

        var (place, fault) = await TryOpenAsync(standby, ReadPoint.Any, cancellationToken).ConfigureAwait(false);
        if (place is null)
        {
            return StandbyState.Of(journal.Outage ?? new(fault, Attempts: 1, Lag: null));
        }

        await using var _place = place.ConfigureAwait(false);
        return new(Serves: true, place.Server.Lag, Reason: null, Problem: null);
    }

    /// <summary>What is wrong with the server for reports, and does not resolve by itself. Null if nothing is, or if it does not answer.</summary>
    public async Task<SchemaProblem?> ProblemAsync(CancellationToken cancellationToken)
    {
        if (standby is null)
        {
            return null;
        }

        var expected = Known(await position.NowAsync(cancellationToken).ConfigureAwait(false));
        try
        {
            return await StandbyCheck.ProblemAsync(standby, new(primary.ConnectionString), expected, options.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (StandbyFaults.IsOfConnecting(error) && !cancellationToken.IsCancellationRequested)
        {
            Fail(standby, journal.Number, StandbyFault.Unavailable, error);
            return null;
        }
    }

    private async Task<(ReadPlace? Place, StandbyFault Fault)> TryOpenAsync(
        NpgsqlDataSource source, ReadPoint point, CancellationToken cancellationToken)
    {
        if (journal.Enter() is not { } attempt)
        {
            return (null, journal.Outage?.Fault ?? StandbyFault.Unavailable);
        }

        var now = point.Needed ?? await NowAsync(cancellationToken).ConfigureAwait(false);
        if (seen is not { } expected)
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

            Fail(source, attempt, fault.Value, error: null, lag);
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
    private void Fail(NpgsqlDataSource source, int attempt, StandbyFault fault, Exception? error, Duration? lag = null)
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
        seen = sight;
        return sight;
    }
}
