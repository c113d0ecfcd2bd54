using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Tells failures of the way to the database, which end when it is back, from those of the work.</summary>
internal static class ConnectionFailure
{
    private const string InvalidAuthorization = "28";
    private const string UnknownDatabase = "3D";

    /// <summary>Whether the server takes no writes: a standby, a primary that was demoted, or one that an operator made so.</summary>
    public static bool IsReadOnly(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>
    /// Whether a connection broke or was not had: the server is away, starts, stops or is full, or a backend was killed. A password that is
    /// wrong and a database that does not exist are not among them, nor is a command that timed out. A server that takes no writes is: it
    /// was the primary when the connection was made, and another connection may lead to the one that is now.
    /// </summary>
    public static bool Is(Exception error) => error switch
    {
        // A fatal error ends the connection, or refuses it.
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } refused =>
            !refused.SqlState.StartsWith(InvalidAuthorization, StringComparison.Ordinal)
            && !refused.SqlState.StartsWith(UnknownDatabase, StringComparison.Ordinal),
        PostgresException refused => IsReadOnly(refused),
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => false,
    };
}
