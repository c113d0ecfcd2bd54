using System.Net.Sockets;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Standby;

/// <summary>Classifies what goes wrong on a standby, and names it. Pure.</summary>
internal static class StandbyFaults
{
    /// <summary>
    /// The fault that an error of a report's statement shows; null if the report would fail in the same way on the primary.
    /// </summary>
    public static StandbyFault? OfStatement(Exception error) => error switch
    {
        // A conflict cancels the statement, or ends the session of one that is idle in its transaction.
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => StandbyFault.Conflict,
        _ => ConnectionFailure.Is(error) ? StandbyFault.Unavailable : null,
    };

    /// <summary>Whether an error while connecting or checking is the standby's: any answer other than the right one.</summary>
    public static bool IsOfConnecting(Exception error) => error is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>Whether the next reports are read from the primary as well, until the standby is tried again.</summary>
    public static bool IsOutage(StandbyFault fault) => fault is not (StandbyFault.Conflict or StandbyFault.Behind);

    /// <summary>The fault's name in metrics and health.</summary>
    public static string NameOf(StandbyFault fault) => fault switch
    {
        StandbyFault.Unavailable => "unavailable",
        StandbyFault.NotStandby => "not_standby",
        StandbyFault.WrongDatabase => "wrong_database",
        StandbyFault.OtherTimeline => "other_timeline",
        StandbyFault.Lagging => "lagging",
        StandbyFault.SchemaBehind => "schema_behind",
        StandbyFault.Conflict => "conflict",
        StandbyFault.Behind => "behind",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "is no fault"),
    };

    /// <summary>What is wrong, for an operator. It contains no error text, because health is public.</summary>
    public static string Describe(StandbyFault fault) => fault switch
    {
        StandbyFault.Unavailable => "The standby can't be reached or does not answer in time.",
        StandbyFault.NotStandby => "The server for reports is not in recovery: it was promoted, or ReportsConnectionString names a primary.",
        StandbyFault.WrongDatabase =>
            "The server for reports does not hold a physical copy of this database: ReportsConnectionString must name the same database on a streaming standby.",
        StandbyFault.OtherTimeline =>
            "The standby is not known to follow the primary's timeline. After a failover it serves once it has recorded the switch, with its next restartpoint at the latest.",
        StandbyFault.Lagging => "The standby is further behind than StandbyMaxLag and ReportFreshness allow.",
        StandbyFault.SchemaBehind => "The standby has not replayed the current migrations of usage_rollup.",
        StandbyFault.Conflict => "Replay cancelled a report, because it removed what the report still needed.",
        StandbyFault.Behind => "The standby did not replay in time what a fresh report must contain.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "is no fault"),
    };
}
