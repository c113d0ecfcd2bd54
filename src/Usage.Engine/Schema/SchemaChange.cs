using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>The two ways in which the schema of a database in use is changed.</summary>
internal sealed class SchemaChange(NpgsqlDataSource database, LockRetry retry)
{
    private const string WaitBriefly = "set local lock_timeout = '2s'";

    /// <summary>In a transaction, under locks that writers wait for: it waits briefly for them, and tries again.</summary>
    /// <exception cref="UsageSchemaException">A table stayed locked.</exception>
    public Task UnderLockAsync(string sql, IProgress<string>? progress, CancellationToken cancellationToken) =>
        retry.RunAsync(
            async () =>
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await using NpgsqlCommand wait = new(WaitBriefly, connection, transaction);
                await wait.ExecuteNonQueryAsync(cancellationToken);
                await using NpgsqlCommand command = new(sql, connection, transaction);
                await command.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            },
            progress,
            cancellationToken);

    /// <summary>Outside any transaction, beside the writers, for as long as it takes.</summary>
    public async Task ConcurrentlyAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
