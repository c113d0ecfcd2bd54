using System.Globalization;

namespace Usage.Demo.LocalPostgres;

/// <summary>The server process that a cluster's postmaster.pid names.</summary>
internal static class Postmaster
{
    /// <summary>Whether the process named there is a server on this data directory.</summary>
    public static bool IsAlive(ClusterFolder folder) =>
        ReadPid(folder) is { } pid && CommandLine(pid) is { } line
        && (line.Contains(folder.Data, StringComparison.Ordinal) || !Directory.Exists("/proc"));

    /// <summary>
    /// After a crash the process id may have gone to another program, or be a zombie's, and PostgreSQL takes either for a running
    /// server. Then the file gets an id that nobody has. The rest of it stays: by it the new server sees whether orphans of
    /// the old one still hold its shared memory.
    /// </summary>
    public static void DisownStalePid(ClusterFolder folder)
    {
        if (ReadPid(folder) is { } pid && CommandLine(pid) is not null && !IsAlive(folder))
        {
            var lines = File.ReadAllLines(folder.PidFile);
            lines[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
            File.WriteAllLines(folder.PidFile, lines);
        }
    }

    private static int? ReadPid(ClusterFolder folder) =>
        File.Exists(folder.PidFile)
        && int.TryParse(File.ReadLines(folder.PidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid : null;

    /// <summary>Null when there is no such process; empty for a zombie, or where the system doesn't tell.</summary>
    private static string? CommandLine(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return Directory.Exists("/proc") ? File.ReadAllText($"/proc/{pid}/cmdline") : "";
        }
        catch (Exception error) when (error is ArgumentException or IOException)
        {
            return null;
        }
    }
}
