using Npgsql;

namespace Usage.Host.Cli;

/// <summary>Converts between Npgsql connection strings and the URLs that psql accepts.</summary>
internal static class ConnectionUrl
{
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <summary>Converts either form to an Npgsql connection string.</summary>
    public static string ToConnectionString(string given)
    {
        try
        {
            var parts = Schemes.Any(scheme => given.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                ? FromUrl(new Uri(given))
                : new NpgsqlConnectionStringBuilder(given);
            return Checked(parts).ConnectionString;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or NotSupportedException)
        {
            throw NotUnderstood(Place(error));
        }
    }

    /// <summary>Converts a connection string to a URL for psql.</summary>
    public static string ToUrl(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        var user = parts.Username is { } name ? Uri.EscapeDataString(name) : "";
        var password = parts.Password is { } secret ? ":" + Uri.EscapeDataString(secret) : "";
        var at = user.Length + password.Length > 0 ? "@" : "";
        var database = Uri.EscapeDataString(parts.Database ?? parts.Username ?? "");
        var host = parts.Host ?? "localhost";
        var ssl = parts.SslMode == SslMode.Prefer ? "" : $"sslmode={Name(parts.SslMode)}";
        if (host.StartsWith('/'))
        {
            // A URL can't contain a socket directory as its host.
            var query = string.Join('&', new[] { $"host={Uri.EscapeDataString(host)}", $"port={parts.Port}", ssl }.Where(p => p != ""));
            return $"postgresql://{user}{password}{at}/{database}?{query}";
        }

        host = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        return $"postgresql://{user}{password}{at}{host}:{parts.Port}/{database}{(ssl == "" ? "" : "?" + ssl)}";
    }

    /// <summary>Checks what Npgsql itself detects only when it creates a data source or connects.</summary>
    private static NpgsqlConnectionStringBuilder Checked(NpgsqlConnectionStringBuilder parts)
    {
        if (string.IsNullOrWhiteSpace(parts.Host))
        {
            throw NotUnderstood(" at 'host'.");
        }

        if (parts.Port is < 1 or > ushort.MaxValue)
        {
            throw NotUnderstood(" at 'port'.");
        }

        NpgsqlDataSource.Create(parts).Dispose();
        return parts;
    }

    /// <summary>The message doesn't repeat the value, which may contain a password.</summary>
    private static UsageConfigurationException NotUnderstood(string place) => new(
        $"The connection string can't be parsed{place} "
        + "Use Host=…;Database=…;Username=…;Password=… or postgresql://user:password@host:port/database.");

    private static string Place(Exception error) =>
        error is ArgumentException { ParamName: { } name } ? $" at '{name}'." : $": {error.Message}";

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var parts = new NpgsqlConnectionStringBuilder { Host = url.IdnHost == "" ? "localhost" : url.IdnHost };
        if (url.Port > 0)
        {
            parts.Port = url.Port;
        }

        var credentials = url.UserInfo.Split(':', 2);
        parts.Username = credentials[0] == "" ? null : Uri.UnescapeDataString(credentials[0]);
        parts.Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null;
        parts.Database = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : null;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (pair, "");
            parts[Keyword(key)] = key == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return parts;
    }

    private static string Keyword(string libpq) => libpq switch
    {
        "user" => "Username",
        "dbname" => "Database",
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "options" => "Options",
        _ => libpq,
    };

    private static string Name(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };
}
