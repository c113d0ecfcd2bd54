using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// Classifies failures. Connection and concurrency failures are transient. Data errors recur with the same data, which is set
/// aside. A timeout can be either. Everything else is a setup error or a bug.
/// </summary>
internal static class Failure
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>SQLSTATE class 22: data exception.</summary>
    private const string DataException = "22";

    /// <summary>
    /// Whether the same work is likely to succeed when it is simply tried again: a broken connection, a killed backend, a server
    /// that starts, is out of resources or takes no writes for now, a deadlock, a lock not granted in time.
    /// </summary>
    public static bool IsTransient(Exception error) => error switch
    {
        PostgresException { SqlState: IdleInTransactionSessionTimeout } => true,
        // Class 08 covers connection errors, including a pooler's report that its server process died.
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal) || ConnectionFailure.IsReadOnly(postgres),
        // A command timeout may be caused by the hour being drained; any other client-side failure is the connection's.
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>
    /// Whether only the data can have caused it: a sum that exceeds 64 bits, or a value that PostgreSQL rejects.
    /// </summary>
    public static bool IsOfTheData(Exception error) => error switch
    {
        OverflowException => true,
        PostgresException postgres => postgres.SqlState.StartsWith(DataException, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>
    /// Whether a statement timed out, on the server or the client. A batch of many hours says little; a single hour may be too
    /// large. An operator's cancellation has the same SQLSTATE.
    /// </summary>
    public static bool IsTimeout(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => true,
        NpgsqlException { InnerException: TimeoutException } => true,
        _ => false,
    };

    /// <summary>
    /// Whether the work is split on this failure, down to the part that is set aside, so that the rest can continue.
    /// </summary>
    public static bool IsOfTheWork(Exception error) => IsOfTheData(error) || IsTimeout(error);

    /// <summary>The error as a tag of metrics: an SQLSTATE, else one of a few words or the name of a type. There are only so many.</summary>
    public static string TypeOf(Exception error) => error switch
    {
        PostgresException postgres => postgres.SqlState,
        NpgsqlException { InnerException: TimeoutException } => "timeout",
        OperationCanceledException => "cancelled",
        _ => error.GetType().FullName ?? error.GetType().Name,
    };

    /// <summary>One line for operators.</summary>
    public static string Describe(Exception error) => error is PostgresException postgres
        ? $"{postgres.SqlState}: {postgres.MessageText}"
        : $"{error.GetType().Name}: {error.Message}";
}
