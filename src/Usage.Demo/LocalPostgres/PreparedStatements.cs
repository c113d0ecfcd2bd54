using System.Data.Common;
using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>Statements that come again are prepared, which makes recording about a third faster. Only for connections without a pooler.</summary>
internal static class PreparedStatements
{
    private const string MaxAutoPrepare = "Max Auto Prepare";

    /// <summary>The connection string with them, unless it says something of its own.</summary>
    public static string On(string connectionString)
    {
        DbConnectionStringBuilder given = new() { ConnectionString = connectionString };
        return given.ContainsKey(MaxAutoPrepare)
            ? connectionString
            : new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 50, AutoPrepareMinUsages = 2 }.ConnectionString;
    }
}
