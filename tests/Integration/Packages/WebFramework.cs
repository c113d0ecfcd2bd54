using System.Text.Json;
using Shouldly;

namespace Usage.Tests.Integration.Packages;

/// <summary>ASP.NET Core, which a worker must not get.</summary>
internal static class WebFramework
{
    private const string Name = "Microsoft.AspNetCore";

    /// <summary>No package, direct or transitive, and no shared framework of a project is the web framework's.</summary>
    public static async Task ShouldBeAbsentFromAsync(PackedPackages packages, string project, string program)
    {
        var list = await packages.RunAsync(project, "dotnet", "list", "package", "--include-transitive", "--format", "json");
        list.ShouldExitWith(0).Output.ShouldContain("\"Usage.Engine\"");
        list.Output.ShouldContain("\"Evolve\"", customMessage: "a package of a package is listed");
        list.Output.ShouldNotContain(Name);

        using var assets = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(project, "obj", "project.assets.json")));
        Texts(assets.RootElement.GetProperty("targets")).ShouldNotContain(text => text.StartsWith(Name, StringComparison.Ordinal));
        var framework = assets.RootElement.GetProperty("project").GetProperty("frameworks").GetProperty("net10.0");
        framework.GetProperty("frameworkReferences").EnumerateObject().Select(reference => reference.Name).ShouldBe(["Microsoft.NETCore.App"]);

        (await File.ReadAllTextAsync(Path.ChangeExtension(program, ".runtimeconfig.json"))).ShouldNotContain(Name);
    }

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Texts(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };
}
