using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Engine.Schema.Checks;

namespace Usage.Engine.Standby;

/// <summary>
/// Where everything that only reads is read: on the standby if there is one and it serves, otherwise on the primary. A connection to the standby is
/// checked each time, since a failover or another host behind the same name may change what it leads to.
/// </summary>
internal sealed class ReportDatabase
{
    private readonly NpgsqlDataSource primary;
    private readonly IOptions<UsageEngineOptions> options;
    private readonly StandbyJournal journal;
    private readonly PrimaryWatch watch;
    private readonly StandbyPool? standby;

    public ReportDatabase(
        NpgsqlDataSource primary, NpgsqlDataSource? standby, IOptions<UsageEngineOptions> options, TimeProvider time, EngineMetrics metrics, EngineLog log)
    {
        (this.primary, this.options) = (primary, options);
        journal = new(time, metrics, log);
        watch = new(new PrimaryPosition(primary), options, time);
        this.standby = standby is null ? null : new(standby, watch, journal, options, time);
    }

    /// <summary>The connection pools that reports use.</summary>
    public IEnumerable<NpgsqlDataSource> Sources => standby is null ? [primary] : [primary, standby.Source];

    /// <summary>The pool that a report's connection came from.</summary>
    public NpgsqlDataSource SourceOf(NpgsqlConnection connection) =>
        standby is not null && connection.ConnectionString == standby.Source.ConnectionString ? standby.Source : primary;

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

        if (await watch.FlushedAsync(cancellationToken).ConfigureAwait(false) is not { } needed)
        {
            return ReadPoint.Primary;
        }

        if (await standby.WaitAsync(needed, cancellationToken).ConfigureAwait(false) is { } fault)
        {
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
            var (place, fault) = await standby.TryOpenAsync(point, cancellationToken).ConfigureAwait(false);
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

        var (place, fault) = await standby.TryOpenAsync(ReadPoint.Any, cancellationToken).ConfigureAwait(false);
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

        var expected = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await StandbyCheck.ProblemAsync(standby.Source, new(primary.ConnectionString), expected, options.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (StandbyFaults.IsOfConnecting(error) && !cancellationToken.IsCancellationRequested)
        {
            standby.Fail(journal.Number, StandbyFault.Unavailable, error);
            return null;
        }
    }
}
