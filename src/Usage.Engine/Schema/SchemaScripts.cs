using System.Globalization;
using System.Reflection;

namespace Usage.Engine.Schema;

/// <summary>Reads the embedded SQL scripts.</summary>
internal static class SchemaScripts
{
    /// <summary>Prefix of the resource names of the numbered migrations.</summary>
    public const string Migrations = "Usage.Engine.Schema.Scripts";

    private const string DownScripts = "Usage.Engine.Schema.Down.";
    private const string ApplicationTables = "Usage.Engine.Schema.ApplicationTables.sql";

    /// <summary>The number of the newest migration.</summary>
    public static int Newest { get; } = typeof(SchemaScripts).Assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Migrations + ".V", StringComparison.Ordinal))
        .Max(resource => int.Parse(resource.AsSpan(Migrations.Length + 2, 4), NumberStyles.None, CultureInfo.InvariantCulture));

    public static Assembly Assembly => typeof(SchemaScripts).Assembly;

    /// <summary>The script that creates the application's tables.</summary>
    public static string ReadApplicationTables() => Read(ApplicationTables);

    /// <summary>The scripts that remove the schema, in order; each runs in its own transaction.</summary>
    public static IEnumerable<(string Name, string Sql)> ReadDown() =>
        from resource in Assembly.GetManifestResourceNames()
        where resource.StartsWith(DownScripts, StringComparison.Ordinal)
        orderby resource
        select (resource[DownScripts.Length..], Read(resource));

    private static string Read(string resource)
    {
        using var stream = Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {resource}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
