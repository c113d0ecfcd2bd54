using System.Text.RegularExpressions;
using Usage.Tests.Integration.Documents;

namespace Usage.Tests.Integration.Packages;

/// <summary>An application made as a README says: its commands are run, its program is written, and then it is built.</summary>
internal static partial class NewApplication
{
    /// <summary>The documents that have one.</summary>
    public static IReadOnlyList<string> Documents { get; } = ["README.md", "src/Usage.Engine/README.md"];

    /// <summary>Makes the application of one of these documents.</summary>
    /// <returns>The path of its assembly.</returns>
    public static async Task<string> BuildAsync(PackedPackages packages, string document, string workingFolder)
    {
        var commands = Document.Block(document, "dotnet new ").Text;
        (await packages.RunAsync(workingFolder, "bash", "-euo", "pipefail", "-c", commands)).ShouldExitWith(0);

        var project = Path.GetFullPath(Path.Combine(workingFolder, Output().Match(commands).Groups["folder"].Value));
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), Document.BlocksOf(document).Single(block => block.IsProgram).Text);
        (await packages.RunAsync(project, "dotnet", "build", "-c", "Release", "-v", "quiet", "--disable-build-servers")).ShouldExitWith(0);
        return Path.Combine(project, "bin", "Release", "net10.0", $"{Path.GetFileName(project)}.dll");
    }

    [GeneratedRegex(@"--output (?<folder>\S+)")]
    private static partial Regex Output();
}
