using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Packages;

[Collection<PackagesCollection>]
public sealed class PackageContentTests(PackedPackages packages)
{
    [Fact]
    public void Every_package_has_a_readme_a_licence_symbols_and_documentation()
    {
        packages.Files.Select(Id).Order().ShouldBe(
            ["Usage.AspNetCore", "Usage.Dashboard", "Usage.Engine", "Usage.Extensions.AI", "Usage.Host", "Usage.OpenTelemetry", "Usage.Otlp",
                "Usage.Parquet"]);
        foreach (var file in packages.Files)
        {
            using var package = PackedPackages.Open(file);
            var names = package.Entries.Select(entry => entry.FullName).ToList();
            names.ShouldContain("README.md", file.Name);
            File.Exists(Path.ChangeExtension(file.FullName, ".snupkg")).ShouldBeTrue(file.Name);
            var metadata = Metadata(file);
            metadata.Element(metadata.Name.Namespace + "license")!.Value.ShouldBe("MIT");
            metadata.Element(metadata.Name.Namespace + "description")!.Value.Length.ShouldBeGreaterThan(20);
            if (Id(file) != "Usage.Host")
            {
                names.ShouldContain($"lib/net10.0/{Id(file)}.xml", file.Name);
            }
        }
    }

    [Theory]
    [InlineData("Usage.Engine")]
    [InlineData("Usage.Extensions.AI")]
    [InlineData("Usage.OpenTelemetry")]
    [InlineData("Usage.Parquet")]
    public void A_package_for_workers_asks_for_no_web_framework(string id) =>
        Metadata(packages.Files.Single(file => Id(file) == id)).Descendants()
            .Where(element => element.Name.LocalName is "frameworkReference" or "dependency")
            .Select(element => (string?)element.Attribute("name") ?? (string)element.Attribute("id")!)
            .ShouldNotContain(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void The_program_contains_no_generator_installer_or_test_server()
    {
        using var package = PackedPackages.Open(packages.Files.Single(file => Id(file) == "Usage.Host"));
        package.Entries.ShouldNotContain(entry =>
            entry.Name.StartsWith("Usage.Demo", StringComparison.Ordinal) || entry.Name.StartsWith("Testcontainers", StringComparison.Ordinal));
    }

    private static string Id(FileInfo file) => file.Name[..^$".{PackedPackages.Version}.nupkg".Length];

    private static XElement Metadata(FileInfo file)
    {
        using var package = PackedPackages.Open(file);
        using var nuspec = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XElement.Load(nuspec).Elements().Single(element => element.Name.LocalName == "metadata");
    }
}
