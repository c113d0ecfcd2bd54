using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// Recognises failures of the connection to the database, as opposed to failures of the statements that run on it.
/// </summary>
internal static class ConnectionFailure
{
    private const string InvalidAuthorization = "28";
    private const string UnknownDatabase = "3D";

    /// <summary>
    /// Whether a connection broke or could not be opened: the server is unreachable, starting, stopping or out of connections, or
    /// a backend was killed. A wrong password, an unknown database and a command timeout don't count.
    /// </summary>
    public static bool Is(Exception error) => error switch
    {
        // A fatal error closes or refuses the connection.
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } refused =>
            !refused.SqlState.StartsWith(InvalidAuthorization, StringComparison.Ordinal)
            && !refused.SqlState.StartsWith(UnknownDatabase, StringComparison.Ordinal),
        PostgresException => false,
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => false,
    };
}
