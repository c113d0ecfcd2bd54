using Npgsql;
using Usage.Engine.Marks;

namespace Usage.Engine.Schema;

/// <summary>
/// Lets one host migrate at a time. A session lock on a connection of its own, which no pooled work shares; polled, because a session
/// that waits in <c>pg_advisory_lock</c> holds a snapshot that a concurrent index build waits for.
/// </summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private const string TryLockSql = "select pg_try_advisory_lock(@lock_class, -2)";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlConnection connection;

    private MigrationLock(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<MigrationLock> TakeAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using NpgsqlCommand command = new(TryLockSql, connection);
            command.Parameters.AddWithValue("lock_class", HourLocks.LockClass);
            while (await command.ExecuteScalarAsync(cancellationToken) is not true)
            {
                await Task.Delay(PollInterval, time, cancellationToken);
            }

            return new(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection.State == System.Data.ConnectionState.Open)
        {
            await using NpgsqlCommand command = new("select pg_advisory_unlock(@lock_class, -2)", connection);
            command.Parameters.AddWithValue("lock_class", HourLocks.LockClass);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await connection.DisposeAsync();
    }
}
