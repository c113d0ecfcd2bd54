using System.Text.Json;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Documents;
using Xunit;

namespace Usage.Tests.Integration.Packages;

[Collection<PackagesCollection>]
public sealed class SampleTests(PackedPackages packages)
{
    private static string[] All { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "samples")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("Api", "README.md")]
    [InlineData("Worker", "src/Usage.Engine/README.md")]
    public void A_sample_is_the_program_of_a_README(string sample, string document) =>
        Document.Read($"samples/{sample}/Program.cs").ShouldBe(Document.BlocksOf(document).Single(block => block.IsProgram).Text);

    [Fact]
    public async Task Every_sample_builds_on_the_packages_alone()
    {
        var folder = Path.Combine(packages.Outside, "samples");
        var all = ProjectsTogether.Write(folder);
        (await packages.RunAsync(folder, "dotnet", "build", all, "-c", "Release", "-v", "quiet", "--disable-build-servers")).ShouldExitWith(0);
        foreach (var sample in All)
        {
            Directory.EnumerateFiles(Path.Combine(folder, sample, "bin", "Release", "net10.0"), $"*{sample}.dll").ShouldNotBeEmpty(sample);
            Restored(Path.Combine(folder, sample))
                .ShouldContain(package => package.EndsWith($"/{PackedPackages.Version}", StringComparison.Ordinal), $"{sample} has none of the packed packages");
        }

        var worker = Path.Combine(folder, "Worker");
        await WebFramework.ShouldBeAbsentFromAsync(packages, worker, Path.Combine(worker, "bin", "Release", "net10.0", "Worker.dll"));
    }

    /// <summary>The packages of a project, each with its version.</summary>
    private static IReadOnlyList<string> Restored(string project)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(project, "obj", "project.assets.json")));
        return [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
    }
}
