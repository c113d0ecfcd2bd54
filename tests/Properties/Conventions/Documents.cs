using System.Runtime.CompilerServices;

namespace Usage.Tests.Properties.Conventions;

/// <summary>The files of the repository.</summary>
internal static class Documents
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
