using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// Tells failures apart: those of the connection or of concurrency, which pass; those of the data, which come again with the same data and
/// are set aside; a statement that ran out of time, which is either; and all others, of the setup or the program, which are nobody's data.
/// </summary>
internal static class Failure
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>The class "data exception" of SQLSTATE.</summary>
    private const string DataException = "22";

    /// <summary>
    /// Whether the same work is likely to succeed when it is simply tried again: a broken connection, a killed backend, a server
    /// that starts, is out of resources or takes no writes for now, a deadlock, a lock not granted in time.
    /// </summary>
    public static bool IsTransient(Exception error) => error switch
    {
        PostgresException { SqlState: IdleInTransactionSessionTimeout } => true,
        // Class 08 is the connection's, also as a pooler reports a server process that died.
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal) || ConnectionFailure.IsReadOnly(postgres),
        // A command that timed out says something about its hour; any other failure below the protocol is the connection's.
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>Whether nothing but the data can have caused it: a sum over 64 bits, or a value that PostgreSQL refuses.</summary>
    public static bool IsOfTheData(Exception error) => error switch
    {
        OverflowException => true,
        PostgresException postgres => postgres.SqlState.StartsWith(DataException, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>
    /// Whether a statement ran out of time, by the server's limit or the client's. Of many hours that says nothing; one alone may be too
    /// large. An operator's cancellation has the same SQLSTATE.
    /// </summary>
    public static bool IsTimeout(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => true,
        NpgsqlException { InnerException: TimeoutException } => true,
        _ => false,
    };

    /// <summary>Whether work that fails so is split, and set aside once it is alone, for other work to go on.</summary>
    public static bool IsOfTheWork(Exception error) => IsOfTheData(error) || IsTimeout(error);

    /// <summary>The error as a tag of metrics: an SQLSTATE, else one of a few words or the name of a type. There are only so many.</summary>
    public static string TypeOf(Exception error) => error switch
    {
        PostgresException postgres => postgres.SqlState,
        NpgsqlException { InnerException: TimeoutException } => "timeout",
        OperationCanceledException => "cancelled",
        _ => error.GetType().FullName ?? error.GetType().Name,
    };

    /// <summary>The error in a line, for people who operate the engine.</summary>
    public static string Describe(Exception error) => error is PostgresException postgres
        ? $"{postgres.SqlState}: {postgres.MessageText}"
        : $"{error.GetType().Name}: {error.Message}";
}
