using System.Data;
using Npgsql;
using Usage.Engine.Marks;

namespace Usage.Engine.Schema;

/// <summary>
/// Lets one host migrate at a time. The advisory lock belongs to a transaction that does nothing else, on a connection of its
/// own, so that no pool, in this process or on the server side, can retain it. A concurrent index build waits for all snapshots,
/// so this transaction must not hold one while idle: it is READ COMMITTED and ends each step with <see cref="LetGoSql"/>. For the
/// same reason the lock is polled: a statement that waits for it would hold a snapshot.
/// </summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private const string TryLockSql = "select pg_try_advisory_xact_lock(@lock_class, -2)";

    // The transaction stays idle for as long as an index build takes. transaction_timeout exists since PostgreSQL 17.
    private const string OutliveSql = "select set_config(name, '0', true) from pg_settings where name = 'transaction_timeout'";

    // A query's portal keeps its snapshot until the next statement replaces it. This statement needs no snapshot.
    private const string LetGoSql = "set local idle_in_transaction_session_timeout = 0";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private MigrationLock(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    /// <summary>Waits until no other host is migrating.</summary>
    public static async Task<MigrationLock> TakeAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
                if (await TryLockAsync(connection, cancellationToken).ConfigureAwait(false))
                {
                    await ExecuteAsync(connection, OutliveSql, cancellationToken).ConfigureAwait(false);
                    await ExecuteAsync(connection, LetGoSql, cancellationToken).ConfigureAwait(false);
                    return new(connection, transaction);
                }

                await transaction.DisposeAsync().ConfigureAwait(false);
                await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Verifies before a step that the lock is still held.</summary>
    /// <exception cref="UsageSchemaException">The connection, and with it the lock, was lost.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, LetGoSql, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            throw new UsageSchemaException(
                "The connection that holds the migration lock was lost, so another host may be migrating. Run migrate again; "
                + $"completed steps are kept. {error.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await using (connection)
        {
            try
            {
                await transaction.DisposeAsync().ConfigureAwait(false);
            }
            catch (NpgsqlException)
            {
                // The server closed the connection, which released the lock.
            }
        }
    }

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(TryLockSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("lock_class", HourLocks.LockClass);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(sql, connection);
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
