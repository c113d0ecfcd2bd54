using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>
/// The time zones that reports accept: the names of the IANA database shipped with NodaTime, including aliases.
/// </summary>
public static class TimeZones
{
    /// <summary>The database's placeholder for unconfigured machines.</summary>
    private const string NotSetUp = "Factory";

    /// <summary>All accepted names, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. DateTimeZoneProviders.Tzdb.Ids.Where(id => id != NotSetUp).Order(StringComparer.Ordinal)];

    private static readonly HashSet<string> Known = new(Names, StringComparer.Ordinal);

    /// <summary>The zone with an IANA name in exact spelling; null if there is none.</summary>
    public static DateTimeZone? Find(string? name) =>
        name is not null && Known.Contains(name) ? DateTimeZoneProviders.Tzdb[name] : null;

    /// <summary>The zone with an IANA name in exact spelling.</summary>
    /// <exception cref="FormatException">The name is not a time zone.</exception>
    public static DateTimeZone Parse(string name) =>
        Find(name) ?? throw new FormatException($"\"{name}\" is not a time zone. Use an IANA name such as Europe/Berlin or UTC.");

    /// <summary>
    /// The zone for a viewer: the requested one, else the preferred one, else UTC. An invalid preference is ignored.
    /// </summary>
    /// <exception cref="FormatException">The requested name is not a time zone.</exception>
    public static DateTimeZone Resolve(string? asked, string? preferred) =>
        asked is not null ? Parse(asked) : Find(preferred) ?? DateTimeZone.Utc;
}
