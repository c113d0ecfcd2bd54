using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Tells failures of the connection or of concurrency, which pass, from those of the data, which would come again.</summary>
internal static class Failure
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>
    /// Whether the same work is likely to succeed when it is simply tried again: a broken connection, a killed backend, a server
    /// that starts or is out of resources, a deadlock, a lock not had in time.
    /// </summary>
    public static bool IsTransient(Exception error) => error switch
    {
        PostgresException { SqlState: IdleInTransactionSessionTimeout } => true,
        // Class 08 is the connection's, also as a pooler reports a server process that died.
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        // A command that timed out says something about its hour; any other failure below the protocol is the connection's.
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>Whether the work itself can't be done, so that it must be set aside for other work to go on.</summary>
    public static bool IsOfTheData(Exception error) => error is not OperationCanceledException && !IsTransient(error);

    /// <summary>The error in a line, for people who operate the engine.</summary>
    public static string Describe(Exception error) => error is PostgresException postgres
        ? $"{postgres.SqlState}: {postgres.MessageText}"
        : $"{error.GetType().Name}: {error.Message}";
}
