using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>The two ways in which the schema of a database in use is changed.</summary>
internal sealed class SchemaChange(NpgsqlDataSource database, LockRetry retry)
{
    private const string WaitBriefly = "set local lock_timeout = '100ms'";

    /// <summary>In a transaction, under locks that writers wait for: it waits briefly for them, and tries again.</summary>
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

    /// <summary>Outside any transaction, beside the writers, for as long as it takes.</summary>
    public async Task ConcurrentlyAsync(string sql, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(sql);
        await using var _command = command.ConfigureAwait(false);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
