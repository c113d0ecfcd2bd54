using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Documents;
using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>The image of the program, on a base from a registry on this machine.</summary>
[Collection<PackagesCollection>]
public sealed class ContainerImageTests(PackedPackages packages, PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_image_is_an_archive_that_runs_the_program_as_nobody_in_particular()
    {
        await using var registry = await BaseImageRegistry.StartAsync();
        var command = Document.Block("src/Usage.Host/README.md", "PublishContainer").Text.Trim();
        (await packages.RunAsync(
            packages.Clone, "bash", "-c",
            $"{command} -p:ContainerBaseImage={registry.Image} -p:MinVerVersionOverride={PackedPackages.Version} --artifacts-path artifacts/pack --disable-build-servers"))
            .ShouldExitWith(0);

        var image = Directory.CreateDirectory(Path.Combine(packages.Outside, "image")).FullName;
        await TarFile.ExtractToDirectoryAsync(Path.Combine(packages.Clone, "usage.tar"), image, overwriteFiles: true, Cancellation);
        var manifest = Read(Path.Combine(image, "manifest.json"))[0];
        manifest.GetProperty("RepoTags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe([$"usage:{PackedPackages.Version}"]);
        var config = Read(Path.Combine(image, manifest.GetProperty("Config").GetString()!)).GetProperty("config");
        config.GetProperty("User").GetString().ShouldBe("1654");
        config.GetProperty("ExposedPorts").EnumerateObject().Select(port => port.Name).ShouldBe(["8080/tcp"]);
        config.GetProperty("Entrypoint").EnumerateArray().Select(word => word.GetString()).ShouldBe(["dotnet", "/app/Usage.Host.dll"]);
        var labels = config.GetProperty("Labels");
        labels.GetProperty("org.opencontainers.image.title").GetString().ShouldBe("Usage");
        labels.GetProperty("org.opencontainers.image.licenses").GetString().ShouldBe("MIT");
        labels.GetProperty("org.opencontainers.image.version").GetString().ShouldBe(PackedPackages.Version);
        labels.GetProperty("org.opencontainers.image.description").GetString().ShouldNotBeNullOrEmpty();

        var layers = manifest.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()!).ToList();
        layers.Count.ShouldBe(2, "the base, and the program");
        await UnpackLayerAsync(Path.Combine(image, layers[1]), image);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var status = ChildProcess.Start(
            "dotnet", [Path.Combine(image, "app", "Usage.Host.dll"), "status", "--json"],
            new Dictionary<string, string?> { ["ConnectionStrings__Usage"] = database.ConnectionString });
        (await status.EndAsync()).ShouldExitWith(0).Json().GetProperty("pending_live").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task By_default_the_base_is_a_chiselled_image_of_the_runtime()
    {
        var evaluated = await packages.RunAsync(
            packages.Clone, "dotnet", "msbuild", "src/Usage.Host", "-t:ComputeContainerBaseImage", "-getProperty:ContainerBaseImage",
            $"-p:ArtifactsPath={Path.Combine(packages.Clone, "artifacts", "pack")}");
        evaluated.ShouldExitWith(0).Output.Trim().ShouldBe("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled");
        Document.Read("src/Usage.Host/README.md").ShouldContain(evaluated.Output.Trim());
    }

    private static async Task UnpackLayerAsync(string archive, string folder)
    {
        await using var file = File.OpenRead(archive);
        await using GZipStream content = new(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(content, folder, overwriteFiles: true, Cancellation);
    }

    private static JsonElement Read(string path) => JsonElement.Parse(File.ReadAllText(path));
}
