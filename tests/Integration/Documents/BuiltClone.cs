namespace Usage.Tests.Integration.Documents;

/// <summary>
/// A folder like a clone of the repository in which <c>./usage</c> has built everything: its programs are those of this run of the tests,
/// and nothing that happens in it reaches the repository.
/// </summary>
internal static class BuiltClone
{
    private static readonly string[] Linked = [".ci", "benchmarks", "docs", "tests"];

    public static void Create(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Repository.Root).Where(file => Path.GetFileName(file) != ".git"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (var name in Linked)
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine(Repository.Root, name));
        }

        CopySources(Path.Combine(Repository.Root, "src"), Path.Combine(folder, "src"));

        // Once more next to the clone, where no source of a package is near.
        CopySources(Path.Combine(Repository.Root, "samples"), Path.Combine(folder, "samples"));
        CopySources(Path.Combine(Repository.Root, "samples"), Path.GetFullPath(Path.Combine(folder, "..", "samples")));
        AddPrograms(Path.Combine(folder, "artifacts"));
    }

    private static void AddPrograms(string artifacts)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var properties = Path.GetFullPath(Path.Combine(here, "..", "..", "Properties", "release"));
        foreach (var (project, program) in new[] { ("Usage.Demo", here), ("Integration", here), ("Properties", properties) })
        {
            var output = Directory.CreateDirectory(Path.Combine(artifacts, "bin", project));
            Directory.CreateSymbolicLink(Path.Combine(output.FullName, "release"), program);
        }

        foreach (var built in new[] { "host", "tests" })
        {
            File.WriteAllText(Path.Combine(artifacts, $"{built}.built"), "");
        }
    }

    private static void CopySources(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
        {
            CopySources(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
