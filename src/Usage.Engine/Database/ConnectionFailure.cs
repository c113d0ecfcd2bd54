using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// Recognises failures of the connection to the database, as opposed to failures of the statements that run on it.
/// </summary>
internal static class ConnectionFailure
{
    private const string InvalidAuthorization = "28";
    private const string UnknownDatabase = "3D";

    /// <summary>Whether the server takes no writes: a standby, a primary that was demoted, or one that an operator made so.</summary>
    public static bool IsReadOnly(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>
    /// Whether a connection broke or could not be opened: the server is unreachable, starting, stopping or out of connections, or
    /// a backend was killed. A wrong password, an unknown database and a command timeout don't count. A server that takes no
    /// writes is: it was the primary when the connection was made, and another connection may lead to the one that is now.
    /// </summary>
    public static bool Is(Exception error) => error switch
    {
        // A fatal error closes or refuses the connection.
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } refused =>
            !refused.SqlState.StartsWith(InvalidAuthorization, StringComparison.Ordinal)
            && !refused.SqlState.StartsWith(UnknownDatabase, StringComparison.Ordinal),
        PostgresException refused => IsReadOnly(refused),
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => false,
    };
}
