using System.Globalization;

namespace Usage.Demo.LocalPostgres;

/// <summary>What a private cluster's postgresql.conf says. Durable by default: it may hold somebody's data.</summary>
internal static class ClusterSettings
{
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",
        ["max_connections"] = "100",
        ["shared_buffers"] = "256MB",
        ["max_wal_size"] = "2GB",
        ["temp_file_limit"] = "4GB",
        ["fsync"] = "on",
        ["synchronous_commit"] = "on",
        ["password_encryption"] = "scram-sha-256",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["log_checkpoints"] = "off",
    };

    /// <summary>Replaces the whole file, so that what an earlier start had overridden is gone.</summary>
    public static void Write(string dataFolder, int port, IReadOnlyDictionary<string, string>? overridden)
    {
        var settings = new SortedDictionary<string, string>(Defaults, StringComparer.Ordinal)
        {
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in overridden ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        var lines = settings.Select(each => $"{each.Key} = '{each.Value.Replace("'", "''", StringComparison.Ordinal)}'");
        var file = Path.Combine(dataFolder, "postgresql.conf");
        File.WriteAllLines(file, ["# Written anew at each start; ALTER SYSTEM has the last word.", .. lines]);
    }
}
