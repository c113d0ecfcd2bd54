using System.IO.Compression;
using System.Runtime.CompilerServices;
using Usage.Tests.Integration.Cli;
using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>
/// All packages of this repository, packed once with a version that no feed has, in a folder outside the repository.
/// </summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("usage-outside-");

    public string Version { get; } = $"0.0.1-outside{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";

    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A folder outside the repository, with a feed of the packages beside the ones that the machine knows.</summary>
    public string Outside => folder.FullName;

    public IEnumerable<FileInfo> Files => new DirectoryInfo(Feed).EnumerateFiles("*.nupkg");

    private string Feed => Path.Combine(Outside, "feed");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Feed);
        foreach (var project in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("<IsPackable>true", StringComparison.Ordinal)))
        {
            (await RunAsync(
                "dotnet", "pack", project, "-c", "Release", "-o", Feed, "-v", "quiet", "--disable-build-servers",
                "--artifacts-path", Path.Combine(Outside, "artifacts"), $"-p:MinVerVersionOverride={Version}")).ShouldExitWith(0);
        }

        await File.WriteAllTextAsync(Path.Combine(Outside, "nuget.config"), $"""
            <?xml version="1.0" encoding="utf-8"?>
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Outside, "packages")}" /></config>
              <packageSources><add key="outside" value="{Feed}" /></packageSources>
            </configuration>
            """);
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies a sample to a folder outside the repository, with the build settings of all samples.</summary>
    public string CopyOf(string path)
    {
        var copy = Path.Combine(Outside, path);
        foreach (var settings in Directory.EnumerateFiles(Path.Combine(Root, path, ".."), "Directory.*"))
        {
            Directory.CreateDirectory(copy);
            File.Copy(settings, Path.Combine(copy, "..", Path.GetFileName(settings)), overwrite: true);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, path), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Path.Combine(Root, path), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>Builds a project outside, and gives the path of its assembly.</summary>
    public async Task<string> BuildAsync(string project)
    {
        (await RunAsync("dotnet", "build", project, "-c", "Release", "-v", "quiet", "--disable-build-servers")).ShouldExitWith(0);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(project));
        return Path.Combine(project, "bin", "Release", "net10.0", $"{name}.dll");
    }

    /// <summary>Runs a program to its end, outside, without what the tests' own build has set.</summary>
    internal async Task<ProgramResult> RunAsync(string program, params string[] arguments)
    {
        await using var child = ChildProcess.Start(program, arguments, Environment);
        return await child.EndAsync();
    }

    internal Dictionary<string, string?> Environment => new()
    {
        ["UsageVersion"] = Version, ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1",
    };

    public static ZipArchive Open(FileInfo package) => ZipFile.OpenRead(package.FullName);

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
