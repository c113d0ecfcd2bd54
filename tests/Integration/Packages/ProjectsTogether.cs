using System.Xml.Linq;

namespace Usage.Tests.Integration.Packages;

/// <summary>A solution of all projects below a folder: they are restored at once, and built by one process.</summary>
internal static class ProjectsTogether
{
    /// <summary>Writes the solution.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string folder)
    {
        var solution = Path.Combine(folder, "All.slnx");
        var projects = Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        new XElement("Solution", projects.Select(project => new XElement("Project", new XAttribute("Path", Path.GetRelativePath(folder, project)))))
            .Save(solution);
        return solution;
    }
}
