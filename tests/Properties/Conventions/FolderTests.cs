using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>
/// Folders of a project depend on each other in one direction only. The files at the root of a project compose them and are not checked.
/// </summary>
public sealed class FolderTests
{
    public static TheoryData<string> Projects => new(Directory.EnumerateDirectories(Source()).Select(folder => System.IO.Path.GetFileName(folder)).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_project_has_cycles_between_folders(string project)
    {
        var uses = UsesOf(project);
        foreach (var folder in uses.Keys)
        {
            Path(uses, folder, folder, []).ShouldBeNull();
        }
    }

    [Fact]
    public void Every_project_is_checked() =>
        Projects.Select(row => row.Data).ShouldBe(
            Directory.EnumerateFiles(Source(), "*.csproj", SearchOption.AllDirectories).Select(System.IO.Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [InlineData("using Usage.Engine.Schema;", true)]
    [InlineData("catch (Schema.UsageMigrator)", true)]
    [InlineData("options.Schema.UsageMigrator", false)]
    [InlineData("Schema.Read()", false)]
    public void A_folder_is_used_by_its_full_or_its_relative_namespace(string code, bool uses) =>
        Mentions(code, "Usage.Engine", "Schema", ["UsageMigrator"]).ShouldBe(uses);

    [Fact]
    public void Nothing_in_the_engine_uses_hosting() =>
        UsesOf("Usage.Engine").Where(folder => folder.Value.Contains("Hosting")).Select(folder => folder.Key).ShouldBeEmpty();

    [Fact]
    public void The_engines_base_folders_use_no_other_folder()
    {
        var uses = UsesOf("Usage.Engine");
        uses["Database"].ShouldBeEmpty();
        uses["Rollup"].ShouldBeEmpty();
    }

    /// <summary>For each folder, the other folders of the project whose namespaces its files mention.</summary>
    private static Dictionary<string, HashSet<string>> UsesOf(string project)
    {
        var source = System.IO.Path.Combine(Source(), project);
        var files = Directory.EnumerateDirectories(source)
            .Where(folder => System.IO.Path.GetFileName(folder) is not ("bin" or "obj" or "artifacts"))
            .ToDictionary(folder => System.IO.Path.GetFileName(folder), Code);
        return files.ToDictionary(
            file => file.Key,
            file => files.Keys.Where(other => other != file.Key && Mentions(file.Value, project, other, TypesOf(source, other))).ToHashSet());
    }

    private static string Code(string folder) => string.Join('\n',
        from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        where System.IO.Path.GetExtension(file) is ".cs" or ".razor"
        from line in File.ReadLines(file)
        where !line.AsSpan().TrimStart().StartsWith("//")
        select line);

    private static IEnumerable<string> TypesOf(string source, string folder) =>
        Directory.EnumerateFiles(System.IO.Path.Combine(source, folder), "*.cs").Select(file => System.IO.Path.GetFileNameWithoutExtension(file));

    /// <summary>Whether code mentions a folder's namespace, in full or, as in <c>Schema.UsageMigrator</c>, relative to the project's.</summary>
    private static bool Mentions(string code, string project, string folder, IEnumerable<string> types) => Regex.IsMatch(
        code, $@"\b{Regex.Escape(project)}\.{folder}\b|(?<![.\w]){folder}\.({string.Join('|', types.Select(Regex.Escape).DefaultIfEmpty("$."))})\b");

    /// <summary>A path from one folder to another for the failure message; null if there is none.</summary>
    private static string? Path(Dictionary<string, HashSet<string>> uses, string from, string to, HashSet<string> seen)
    {
        foreach (var next in uses[from])
        {
            if (next == to)
            {
                return $"{from} -> {to}";
            }

            if (seen.Add(next) && Path(uses, next, to, seen) is { } rest)
            {
                return $"{from} -> {rest}";
            }
        }

        return null;
    }

    private static string Source([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", "..", "..", "src"));
}
