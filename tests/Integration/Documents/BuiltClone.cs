namespace Usage.Tests.Integration.Documents;

/// <summary>
/// A folder like a clone of the repository in which <c>./usage</c> has built everything: its programs are those of this run of the tests,
/// and nothing that happens in it reaches the repository.
/// </summary>
internal static class BuiltClone
{
    private static readonly string[] Copied = ["usage", "samples"];
    private static readonly string[] Left = [".git", "artifacts"];

    public static void Create(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var entry in Directory.EnumerateFileSystemEntries(Repository.Root))
        {
            var name = Path.GetFileName(entry);
            if (!Copied.Contains(name) && !Left.Contains(name))
            {
                File.CreateSymbolicLink(Path.Combine(folder, name), entry);
            }
        }

        // The script finds its root by itself; samples are built where they are, next to the clone: no source of a package is near.
        File.Copy(Path.Combine(Repository.Root, "usage"), Path.Combine(folder, "usage"));
        var samples = Path.Combine(folder, "..", "samples");
        CopySources(Path.Combine(Repository.Root, "samples"), samples);
        Directory.CreateSymbolicLink(Path.Combine(folder, "samples"), Path.GetFullPath(samples));
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
