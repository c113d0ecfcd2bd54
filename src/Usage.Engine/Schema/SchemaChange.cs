using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>The two ways to change the schema of a live database.</summary>
internal sealed class SchemaChange(NpgsqlDataSource database, LockRetry retry)
{
    private const string WaitBriefly = "set local lock_timeout = '100ms'";

    /// <summary>Runs in a transaction with a short lock timeout, because writers wait for its locks, and retries.</summary>
    /// <exception cref="UsageSchemaException">A table stayed locked.</exception>
    public Task UnderLockAsync(string sql, IProgress<string>? progress, CancellationToken cancellationToken) =>
        retry.RunAsync(
            async () =>
            {
                var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var _connection = connection.ConfigureAwait(false);
                var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using var _transaction = transaction.ConfigureAwait(false);
                NpgsqlCommand wait = new(WaitBriefly, connection, transaction);
                await using var _wait = wait.ConfigureAwait(false);
                await wait.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                NpgsqlCommand command = new(sql, connection, transaction);
                await using var _command = command.ConfigureAwait(false);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            },
            progress,
            cancellationToken);

    /// <summary>Runs outside a transaction and without a timeout; writers are not blocked.</summary>
    public async Task ConcurrentlyAsync(string sql, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(sql);
        await using var _command = command.ConfigureAwait(false);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
