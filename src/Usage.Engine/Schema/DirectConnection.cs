using System.Data;
using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>Detects a connection through a pooler, which assigns each transaction to a server process of its choice.</summary>
internal static class DirectConnection
{
    private const string ProcessSql = "select pg_backend_pid()";

    /// <summary>
    /// At startup the server sends its process id, for cancel requests. A pooler can't forward it, because it must look up which
    /// process serves the client when a cancel request arrives, so it invents an id. The transaction pins the server process
    /// during the check.
    /// </summary>
    /// <exception cref="UsageSchemaException">The connection goes through a pooler.</exception>
    public static async Task RequireAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        NpgsqlCommand command = new(ProcessSql, connection, transaction);
        await using var _command = command.ConfigureAwait(false);
        var actual = (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (actual != connection.ProcessID)
        {
            throw new UsageSchemaException(
                $"{connection.Host}:{connection.Port} is a connection pooler such as PgBouncer, not PostgreSQL itself: it reported "
                + $"process id {connection.ProcessID}, but server process {actual} answered. Migrations need session state, which a "
                + "pooler does not preserve. Migrate with a connection string that connects to the server directly. Everything "
                + "else works through the pooler.");
        }
    }
}
