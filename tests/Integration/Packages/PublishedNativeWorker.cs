using System.Runtime.InteropServices;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>The sample NativeWorker, compiled ahead of time on the packages. Any warning of trimming or of the compiler fails.</summary>
public sealed class PublishedNativeWorker(PackedPackages packages) : IAsyncLifetime
{
    private readonly string folder = Path.Combine(packages.Outside, "native");

    public string Program => Path.Combine(folder, "NativeWorker");

    public async ValueTask InitializeAsync()
    {
        var published = await packages.RunAsync(
            Path.Combine(packages.Outside, "samples", "NativeWorker"), "dotnet", "publish", "-c", "Release",
            "-r", RuntimeInformation.RuntimeIdentifier, "-o", folder, "-v", "quiet", "--disable-build-servers", "-p:RunAnalyzers=true");
        published.ShouldExitWith(0).Output.ShouldNotContain("warning");
        Directory.EnumerateFiles(folder, "*.dll").ShouldBeEmpty("all managed code is in the program");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
