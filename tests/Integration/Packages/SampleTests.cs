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
        foreach (var sample in All)
        {
            var folder = Path.Combine(packages.Outside, "samples", sample);
            (await packages.RunAsync(folder, "dotnet", "build", "-c", "Release", "-v", "quiet", "--disable-build-servers")).ShouldExitWith(0);
            (await packages.RunAsync(folder, "dotnet", "list", "package")).ShouldExitWith(0).Output.ShouldContain(PackedPackages.Version);
        }

        var worker = Path.Combine(packages.Outside, "samples", "Worker");
        await WebFramework.ShouldBeAbsentFromAsync(packages, worker, Path.Combine(worker, "bin", "Release", "net10.0", "Worker.dll"));
    }
}
