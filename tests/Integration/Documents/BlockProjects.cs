using Usage.Tests.Integration.Packages;

namespace Usage.Tests.Integration.Documents;

/// <summary>
/// Projects outside the repository with the C# blocks of the documents: one for all fragments, each the body of a method, and one for each
/// whole program. Compilers name the document and the line.
/// </summary>
internal sealed class BlockProjects(string folder, string version)
{
    private static readonly string[] ForWorkers = ["Usage.Engine", "Npgsql.DependencyInjection", "Microsoft.Extensions.Hosting"];

    private static readonly string[] ForApplications =
    [
        "Usage.Dashboard", "Usage.OpenTelemetry", "Npgsql.DependencyInjection", "OpenTelemetry.Extensions.Hosting",
        "Microsoft.AspNetCore.Authentication.JwtBearer",
    ];

    /// <summary>Writes the projects.</summary>
    /// <returns>The path of a solution of all of them.</returns>
    public string Write(IReadOnlyCollection<CodeBlock> blocks)
    {
        Add("Fragments", "Microsoft.NET.Sdk.Web", [.. ForApplications, "Usage.Extensions.AI", "Usage.Otlp"], isProgram: false);
        File.WriteAllText(Path.Combine(folder, "Fragments", "FragmentContext.cs"), FragmentContext.Source);
        foreach (var (block, number) in blocks.Select((block, number) => (block, number)))
        {
            var name = $"Block{number}";
            if (!block.IsProgram)
            {
                File.WriteAllText(Path.Combine(folder, "Fragments", $"{name}.cs"), FragmentContext.Method(name, block));
                continue;
            }

            Add(name, block.ForWorkers ? "Microsoft.NET.Sdk.Worker" : "Microsoft.NET.Sdk.Web", block.ForWorkers ? ForWorkers : ForApplications, isProgram: true);
            File.WriteAllText(Path.Combine(folder, name, "Program.cs"), $"#line {block.Line} \"{block.Document}\"\n{block.Text}");
        }

        return ProjectsTogether.Write(folder);
    }

    private void Add(string name, string sdk, IEnumerable<string> packages, bool isProgram)
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllText(Path.Combine(folder, name, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>{(isProgram ? "Exe" : "Library")}</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(packages.Select(package => $"""<PackageReference Include="{package}" Version="{VersionOf(package)}" />"""))}
              </ItemGroup>
            </Project>
            """);
    }

    private string VersionOf(string package) => package switch
    {
        _ when package.StartsWith("Usage.", StringComparison.Ordinal) => version,
        "OpenTelemetry.Extensions.Hosting" => "1.*",
        _ => "10.0.*",
    };
}
