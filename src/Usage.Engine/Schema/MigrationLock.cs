using System.Data;
using Npgsql;
using Usage.Engine.Marks;

namespace Usage.Engine.Schema;

/// <summary>
/// Lets one host migrate at a time: an advisory lock of a transaction that does nothing else, on a connection of its own. It ends with
/// that transaction, so no pool can keep it, in this process or before the server. A concurrent index build waits for every snapshot, so
/// the transaction has none while it is idle: it is READ COMMITTED and ends each step with <see cref="LetGoSql"/>. For the same reason the
/// lock is polled; a statement that waits for it would have a snapshot.
/// </summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private const string TryLockSql = "select pg_try_advisory_xact_lock(@lock_class, -2)";

    // The transaction is idle for as long as an index build takes. This timeout is of PostgreSQL 17.
    private const string OutliveSql = "select set_config(name, '0', true) from pg_settings where name = 'transaction_timeout'";

    // A query's portal, and with it the snapshot, stays until another statement takes its place. This one needs no snapshot.
    private const string LetGoSql = "set local idle_in_transaction_session_timeout = 0";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private MigrationLock(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    /// <summary>Waits until no other host migrates.</summary>
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

    /// <summary>Asks before a step whether no other host can have begun meanwhile.</summary>
    /// <exception cref="UsageSchemaException">The connection was lost, and the lock with it.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, LetGoSql, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            throw new UsageSchemaException(
                "The connection that holds the migration lock was lost, so another host may be migrating. Migrate again; "
                + $"what was done so far is kept. {error.Message}", error);
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
                // The server has ended the connection, which released the lock.
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
