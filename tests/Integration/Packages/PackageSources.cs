namespace Usage.Tests.Integration.Packages;

/// <summary>Where projects outside the repository find packages.</summary>
internal static class PackageSources
{
    /// <summary>
    /// Writes <c>nuget.config</c>: the packed packages, beside the sources that this user has. What the machine has unpacked before is
    /// read where it is.
    /// </summary>
    public static void Write(string folder, string home)
    {
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(UserFolder, ".nuget", "packages");
        Directory.CreateDirectory(machine);
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <?xml version="1.0" encoding="utf-8"?>
            <configuration>
              <packageSources><add key="packed" value="{Path.Combine(folder, "clone", "artifacts", "packages")}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
            </configuration>
            """);

        Directory.CreateDirectory(Path.Combine(folder, "clone", "artifacts", "packages"));
        CopySettings(home);
    }

    /// <summary>The sources of this user, for another home.</summary>
    public static void CopySettings(string home)
    {
        var settings = Path.Combine(".nuget", "NuGet", "NuGet.Config");
        if (File.Exists(Path.Combine(UserFolder, settings)))
        {
            Directory.CreateDirectory(Path.Combine(home, Path.GetDirectoryName(settings)!));
            File.Copy(Path.Combine(UserFolder, settings), Path.Combine(home, settings));
        }
    }

    private static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
