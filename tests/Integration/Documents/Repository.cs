using System.Runtime.CompilerServices;

namespace Usage.Tests.Integration.Documents;

/// <summary>The tree that these tests are of.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
