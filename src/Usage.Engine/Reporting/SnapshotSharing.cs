using System.Data;
using Npgsql;
using Usage.Engine.Standby;

namespace Usage.Engine.Reporting;

/// <summary>A second connection in the snapshot of a report, on which a part of it is read at the same time.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Transaction">Its transaction.</param>
/// <param name="Turn">It counts as a report of its own.</param>
internal sealed record SharedSnapshot(NpgsqlConnection Connection, NpgsqlTransaction Transaction, ReportQueue.Turn Turn) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
        Turn.Dispose();
    }
}

/// <summary>Opens second connections for long reports, while there is room for another report.</summary>
internal sealed class SnapshotSharing(ReportDatabase database, ReportQueue queue)
{
    /// <summary>A shorter window is read before a second connection would be ready.</summary>
    private const int FewestHours = 24 * 28;

    private const string ExportSql = "select pg_export_snapshot()";

    /// <summary>Reads two parts of a report, at the same time if the window is long and there is room for a second connection.</summary>
    /// <param name="connection">A connection in the report's transaction.</param>
    /// <param name="parts">The window.</param>
    /// <param name="first">Reads one part on a connection.</param>
    /// <param name="second">Reads the other part on a connection.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public async Task<(TFirst First, TSecond Second)> BothAsync<TFirst, TSecond>(
        NpgsqlConnection connection, WindowParts parts, Func<NpgsqlConnection, Task<TFirst>> first, Func<NpgsqlConnection, Task<TSecond>> second,
        CancellationToken cancellationToken)
    {
        if (await TryAsync(connection, parts, cancellationToken).ConfigureAwait(false) is not { } shared)
        {
            return (await first(connection).ConfigureAwait(false), await second(connection).ConfigureAwait(false));
        }

        await using var _shared = shared.ConfigureAwait(false);
        var (one, other) = (first(connection), second(shared.Connection));
        await Task.WhenAll(one, other).ConfigureAwait(false);
        return (await one.ConfigureAwait(false), await other.ConfigureAwait(false));
    }

    /// <summary>Opens a connection in the same snapshot; null if it isn't worth it, or not possible now.</summary>
    /// <param name="connection">A connection in the report's transaction, which must outlive the result.</param>
    /// <param name="parts">The window.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    private async Task<SharedSnapshot?> TryAsync(NpgsqlConnection connection, WindowParts parts, CancellationToken cancellationToken)
    {
        if (parts.HourCount < FewestHours || queue.TryEnter() is not { } turn)
        {
            return null;
        }

        NpgsqlConnection? second = null;
        try
        {
            NpgsqlCommand export = new(ExportSql, connection);
            await using var _export = export.ConfigureAwait(false);
            var name = (string)(await export.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            second = await database.SourceOf(connection).OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var transaction = await second.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            NpgsqlCommand import = new($"set transaction snapshot '{name.Replace("'", "''", StringComparison.Ordinal)}'; {ReportSnapshot.PlanSql}", second);
            await using var _import = import.ConfigureAwait(false);
            await import.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return new(second, transaction, turn);
        }
        catch (Exception error)
        {
            if (second is not null)
            {
                // Ends its transaction as well.
                await second.DisposeAsync().ConfigureAwait(false);
            }

            turn.Dispose();

            // Another server of the same name, which doesn't know the snapshot.
            if (error is PostgresException { SqlState: PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidParameterValue } && second is not null)
            {
                return null;
            }

            throw;
        }
    }
}
