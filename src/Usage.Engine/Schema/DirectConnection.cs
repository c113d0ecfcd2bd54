using System.Data;
using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>Tells a connection to PostgreSQL itself from one to a pooler, which hands each transaction to a server process of its choice.</summary>
internal static class DirectConnection
{
    private const string ProcessSql = "select pg_backend_pid()";

    /// <summary>
    /// When a connection begins, the server names its process, for a later request to cancel. A pooler can't pass that on, for it
    /// must find out at the time of the request which process serves this client; so it makes up a number of its own. The transaction keeps the
    /// process while it is asked.
    /// </summary>
    /// <exception cref="UsageSchemaException">A pooler stands between.</exception>
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
                $"{connection.Host}:{connection.Port} is a connection pooler (PgBouncer or the like), not PostgreSQL itself: it gave this "
                + $"connection the process id {connection.ProcessID}, but server process {actual} answers. Migrations need session state, "
                + "which a pooler mixes up between its clients. Migrate with a connection string that reaches the server directly; everything "
                + "else works through the pooler.");
        }
    }
}
