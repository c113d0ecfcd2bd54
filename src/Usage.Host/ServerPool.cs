using System.Data.Common;
using Npgsql;

namespace Usage.Host;

/// <summary>
/// The size of the server's connection pool if the connection string doesn't set it. It covers the default limits of reads,
/// recordings and operations plus drains, and is half of PostgreSQL's default <c>max_connections</c>, so that a second host fits.
/// </summary>
internal static class ServerPool
{
    public const int MaxSize = 50;

    private const string Keyword = "Maximum Pool Size";

    public static string Limit(string connectionString)
    {
        // Npgsql normalises the keywords and lists only those that are set.
        NpgsqlConnectionStringBuilder connection = new(connectionString);
        DbConnectionStringBuilder given = new() { ConnectionString = connection.ConnectionString };
        if (!given.ContainsKey(Keyword))
        {
            connection.MaxPoolSize = Math.Max(MaxSize, connection.MinPoolSize);
        }

        return connection.ConnectionString;
    }
}
