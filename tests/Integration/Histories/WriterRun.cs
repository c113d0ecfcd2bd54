using Npgsql;

namespace Usage.Tests.Integration.Histories;

/// <summary>
/// Runs a writer on its own connection, as an application would: statements that the database rejects are rolled back.
/// </summary>
internal sealed class WriterRun(NpgsqlDataSource database, Tally tally)
{
    // A snapshot can show a row that another transaction has deleted together with its replacement: two rows with one key.
    private const string TwoOfAKey = "21000";

    /// <summary>Errors that concurrent writers cause each other. Any other error is a bug in the script or a trigger.</summary>
    private static readonly HashSet<string> Expected =
    [
        TwoOfAKey,
        PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.LockNotAvailable,
        PostgresErrorCodes.ForeignKeyViolation, PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.InvalidSavepointSpecification,
    ];

    public async Task RunAsync(Writer writer, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var transaction in writer.Transactions)
        {
            await RunAsync(connection, transaction, cancellationToken);
        }
    }

    private async Task RunAsync(NpgsqlConnection connection, Transaction transaction, CancellationToken cancellationToken)
    {
        List<Statement> done = [];
        string? savepoint = null;
        await ExecuteAsync(connection, $"begin isolation level {transaction.Isolation}", cancellationToken);
        foreach (var statement in transaction.Statements)
        {
            if (await TryAsync(connection, statement, cancellationToken))
            {
                done.Add(statement);
                savepoint = statement.Sql switch
                {
                    ['s', 'a', 'v', 'e', ..] => statement.Sql["savepoint ".Length..],
                    ['r', 'e', 'l', 'e', ..] => null,
                    _ => savepoint,
                };
            }
            else if (savepoint is null)
            {
                await ExecuteAsync(connection, "rollback", cancellationToken);
                return;
            }
            else
            {
                await ExecuteAsync(connection, $"rollback to savepoint {savepoint}", cancellationToken);
            }
        }

        if (transaction.Commits && await TryAsync(connection, new("a commit", "commit"), cancellationToken))
        {
            tally.Committed(done);
        }
        else if (!transaction.Commits)
        {
            await ExecuteAsync(connection, "rollback", cancellationToken);
        }
    }

    private async Task<bool> TryAsync(NpgsqlConnection connection, Statement statement, CancellationToken cancellationToken)
    {
        try
        {
            if (statement.CopiedRows is null)
            {
                await ExecuteAsync(connection, statement.Sql, cancellationToken);
            }
            else
            {
                await using var copy = await connection.BeginTextImportAsync(statement.Sql, cancellationToken);
                await copy.WriteAsync(statement.CopiedRows);
            }

            return true;
        }
        catch (PostgresException error) when (Expected.Contains(error.SqlState))
        {
            tally.Refused(error.SqlState);
            return false;
        }
        catch (PostgresException error)
        {
            throw new InvalidOperationException($"{error.SqlState}: {error.MessageText} {error.Where} in: {statement}", error);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
