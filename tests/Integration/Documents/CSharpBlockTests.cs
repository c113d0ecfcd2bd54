using Shouldly;
using Usage.Tests.Integration.Packages;
using Xunit;

namespace Usage.Tests.Integration.Documents;

[Collection<PackagesCollection>]
public sealed class CSharpBlockTests(PackedPackages packages)
{
    [Fact]
    public async Task Every_CSharp_block_of_every_document_compiles_on_the_packages()
    {
        var blocks = Document.Blocks.Where(block => block.Language == "csharp").ToList();
        blocks.ShouldContain(block => block.Document == "README.md");
        var folder = Directory.CreateDirectory(Path.Combine(packages.Outside, "blocks")).FullName;
        var all = new BlockProjects(folder, PackedPackages.Version).Write(blocks);

        (await packages.RunAsync(folder, "dotnet", "build", all, "-v", "quiet", "--disable-build-servers")).ShouldExitWith(0);
    }
}
