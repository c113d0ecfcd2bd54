using System.IO.Compression;
using System.Runtime.InteropServices;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Documents;
using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>
/// Every package of this tree, packed once by <c>./usage pack</c>, for projects in a folder outside the repository. They know no other
/// source of these packages, and unpack them into a folder that goes with the tests.
/// </summary>
public sealed class PackedPackages : IAsyncLifetime
{
    /// <summary>Newer than any release, so that whoever asks for the latest gets it.</summary>
    public const string Version = "9999.0.0";

    /// <summary>All packages are compiled for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("usage-outside-");

    /// <summary>A folder outside the repository.</summary>
    public string Outside => folder.FullName;

    /// <summary>A clone of the repository that has been built, and has the packages in <c>artifacts/packages</c>.</summary>
    public string Clone => Path.Combine(Outside, "clone");

    public IEnumerable<FileInfo> Files => new DirectoryInfo(Path.Combine(Clone, "artifacts", "packages")).EnumerateFiles("*.nupkg");

    /// <summary>
    /// What a process outside runs with: homes of its own, and nothing of what the tests' own build has set. Builds of the clone that
    /// share a folder share what they compile, because the version and the analyzers, which have run before, are the same for all.
    /// </summary>
    internal Dictionary<string, string?> Environment => new()
    {
        ["HOME"] = Home,
        ["DOTNET_CLI_HOME"] = Home,
        ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
        ["NUGET_PACKAGES"] = Path.Combine(Outside, "packages"),
        ["PATH"] = $"{Path.Combine(Home, ".dotnet", "tools")}:{System.Environment.GetEnvironmentVariable("PATH")}",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["RunAnalyzers"] = "false",
        ["NuGetAudit"] = "false",
        ["MinVerVersionOverride"] = Version,
        ["ConnectionStrings__Usage"] = null,
        ["Usage__LocalPostgres"] = null,
    };

    private string Home => Path.Combine(Outside, "home");

    public async ValueTask InitializeAsync()
    {
        PackageSources.Write(Outside, Home);
        BuiltClone.Create(Clone);
        Directory.CreateSymbolicLink(Path.Combine(Outside, "artifacts"), Path.Combine(Clone, "artifacts"));
        await using var pack = ChildProcess.Start(
            Path.Combine(Clone, "usage"), ["pack", Version], Environment, Patience);
        (await pack.EndAsync()).ShouldExitWith(0);
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a program in a folder to its end, outside.</summary>
    internal async Task<ProgramResult> RunAsync(string workingFolder, string program, params string[] arguments)
    {
        await using var child = ChildProcess.Start(
            "bash", ["-c", "cd -- \"$0\" && exec \"$@\"", workingFolder, program, .. arguments], Environment, Patience);
        return await child.EndAsync();
    }

    public static ZipArchive Open(FileInfo package) => ZipFile.OpenRead(package.FullName);
}
