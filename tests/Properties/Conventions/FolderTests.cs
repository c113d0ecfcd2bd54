using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>Folders of a library know each other in one direction. The root of a library composes them, and is left out.</summary>
public sealed partial class FolderTests
{
    [Theory]
    [InlineData("Usage.Engine")]
    [InlineData("Usage.AspNetCore")]
    [InlineData("Usage.Dashboard")]
    [InlineData("Usage.Host")]
    [InlineData("Usage.Demo")]
    public void No_folders_of_a_project_use_each_other_in_a_circle(string project)
    {
        var uses = UsesOf(project);
        foreach (var folder in uses.Keys)
        {
            Path(uses, folder, folder, []).ShouldBeNull();
        }
    }

    [Fact]
    public void Nothing_in_the_engine_uses_hosting() =>
        UsesOf("Usage.Engine").Where(folder => folder.Value.Contains("Hosting")).Select(folder => folder.Key).ShouldBeEmpty();

    [Fact]
    public void What_every_folder_of_the_engine_may_use_uses_none_of_them()
    {
        var uses = UsesOf("Usage.Engine");
        uses["Database"].ShouldBeEmpty();
        uses["Rollup"].ShouldBeEmpty();
    }

    /// <summary>Folder by folder, what its files name with a namespace of the same project.</summary>
    private static Dictionary<string, HashSet<string>> UsesOf(string project)
    {
        var source = System.IO.Path.Combine(Source(), project);
        return Directory.EnumerateDirectories(source)
            .Where(folder => System.IO.Path.GetFileName(folder) is not ("bin" or "obj"))
            .ToDictionary(
                folder => System.IO.Path.GetFileName(folder),
                folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Where(file => System.IO.Path.GetExtension(file) is ".cs" or ".razor")
                    .SelectMany(file => Namespaces().Matches(File.ReadAllText(file)))
                    .Where(match => match.Groups["project"].Value == project)
                    .Select(match => match.Groups["folder"].Value)
                    .Where(used => used != System.IO.Path.GetFileName(folder) && Directory.Exists(System.IO.Path.Combine(source, used)))
                    .ToHashSet());
    }

    /// <summary>A way through the uses from one folder to another, for people to read; null where there is none.</summary>
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

    [GeneratedRegex(@"(?<project>Usage\.(Engine|AspNetCore|Dashboard|Host|Demo))\.(?<folder>[A-Z]\w+)")]
    private static partial Regex Namespaces();
}
