using System.Globalization;

namespace Usage.Demo.LocalPostgres;

/// <summary>The postgresql.conf of a private cluster. Durable by default, because it may hold real data.</summary>
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

    /// <summary>Replaces the whole file, so that overrides of an earlier start don't persist.</summary>
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
        File.WriteAllLines(file, ["# Overwritten at each start. ALTER SYSTEM takes precedence.", .. lines]);
    }
}
