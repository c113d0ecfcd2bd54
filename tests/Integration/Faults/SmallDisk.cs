using System.Diagnostics;
using Shouldly;

namespace Usage.Tests.Integration.Faults;

/// <summary>A file system of a few megabytes in memory, which can be filled. Mounting takes root, as CI and containers are.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string ballast;

    private SmallDisk(string folder)
    {
        Folder = folder;
        ballast = Path.Combine(folder, "ballast");
    }

    public string Folder { get; }

    public static SmallDisk Mount(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("usage-disk-").FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=777", "usage-disk", folder);
        return new(folder);
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using FileStream file = new(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var page = new byte[4096];
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(ballast);

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: a file system can be mounted by root only");
    }
}
