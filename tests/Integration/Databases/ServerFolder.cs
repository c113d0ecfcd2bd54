namespace Usage.Tests.Integration.Databases;

/// <summary>
/// Where the tests' servers keep their data: in memory where there is room. Each database is three hundred files, and most tests make
/// one and drop it.
/// </summary>
internal static class ServerFolder
{
    private const string Memory = "/dev/shm";
    private const long Room = 6L << 30;

    private static readonly string Parent = HasRoom() ? Memory : Path.GetTempPath();

    /// <summary>Creates a folder that only its owner may enter.</summary>
    public static string Create(string prefix)
    {
        var folder = NewName(prefix);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>A path that nothing has yet.</summary>
    public static string NewName(string prefix) => Path.Combine(Parent, $"{prefix}-{Guid.NewGuid():n}");

    /// <summary>As much again stays for the tests themselves.</summary>
    private static bool HasRoom() =>
        OperatingSystem.IsLinux() && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Room
        && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= 2 * Room;
}
