using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>The files of a private cluster.</summary>
internal sealed class ClusterFolder(string root)
{
    private const string Name = "usage";

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The data directory; exists only once it is complete.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>The data directory during initialisation; left over if that was interrupted.</summary>
    public string Unfinished => Path.Combine(Root, "data.unfinished");

    public string PasswordFile => Path.Combine(Root, "password");

    public string PortFile => Path.Combine(Root, "port");

    public string LogFile => Path.Combine(Root, "log");

    public string LockFile => Path.Combine(Root, "lock");

    /// <summary>Marks the folder as Usage's; no other folder is ever removed.</summary>
    public string MarkFile => Path.Combine(Root, "made-by-usage");

    public string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>USAGE_HOME, or a default for root or for this user.</summary>
    public static string Home => Environment.GetEnvironmentVariable("USAGE_HOME") is { Length: > 0 } given ? given
        : Environment.IsPrivilegedProcess ? "/var/lib/usage"
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "usage");

    /// <summary>The cluster that all commands share.</summary>
    public static ClusterFolder Shared => new(Path.Combine(Home, "postgres"));

    public int? Port => File.Exists(PortFile)
        && int.TryParse(File.ReadAllText(PortFile), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    /// <summary>Major version of the data; null if there is none yet.</summary>
    public int? DataVersion => Path.Combine(Data, "PG_VERSION") is var file && File.Exists(file)
        ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;

    /// <summary>Whether any files of a cluster exist.</summary>
    public bool HasData => Directory.Exists(Data) || Directory.Exists(Unfinished) || File.Exists(PasswordFile) || IsOurs;

    public bool IsOurs => File.Exists(MarkFile);

    public void WriteMark() => File.WriteAllText(MarkFile, "Usage created this PostgreSQL cluster. './usage reset' removes it.\n");

    public void WritePort(int port) => File.WriteAllText(PortFile, port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Creates a password file that only the owner of the folder can read.</summary>
    public void WritePassword()
    {
        File.Delete(PasswordFile);
        using var file = new FileStream(PasswordFile, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true)));
    }

    /// <summary>Null until the cluster has been started for the first time.</summary>
    public string? ConnectionString(string database = Name) => Port is { } port && File.Exists(PasswordFile)
        ? new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = Name,
            Password = File.ReadAllText(PasswordFile),
            Database = database,
        }.ConnectionString
        : null;

    /// <summary>Removes the cluster's files, and the folder if it is then empty.</summary>
    public void Remove()
    {
        foreach (var folder in new[] { Data, Unfinished }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        Array.ForEach([PasswordFile, PortFile, LogFile, LockFile, MarkFile], File.Delete);
        if (!Directory.EnumerateFileSystemEntries(Root).Any())
        {
            Directory.Delete(Root);
        }
    }
}
