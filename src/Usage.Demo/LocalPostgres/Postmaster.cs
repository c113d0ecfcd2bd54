using System.Globalization;

namespace Usage.Demo.LocalPostgres;

/// <summary>The server process in a cluster's postmaster.pid.</summary>
internal static class Postmaster
{
    /// <summary>Whether that process is a server on this data directory.</summary>
    public static bool IsAlive(ClusterFolder folder) =>
        ReadPid(folder) is { } pid && CommandLine(pid) is { } line
        && (line.Contains(folder.Data, StringComparison.Ordinal) || !Directory.Exists("/proc"));

    /// <summary>
    /// After a crash, the process id may belong to another program or a zombie, and PostgreSQL mistakes either for a running
    /// server. In that case, this writes an unused process id to the file. The rest of the file is kept, because a new server
    /// uses it to detect orphans that still use the shared memory.
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

    /// <summary>Null if the process does not exist; empty for a zombie, or if the system doesn't reveal it.</summary>
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
