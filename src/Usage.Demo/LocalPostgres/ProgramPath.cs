namespace Usage.Demo.LocalPostgres;

/// <summary>Finds programs on the PATH.</summary>
internal static class ProgramPath
{
    public static IEnumerable<string> Folders => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/sbin", "/sbin"]);

    public static string? Find(string program) =>
        Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
