using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>The time zones that reports accept: the names of the IANA database, aliases included, as NodaTime ships it.</summary>
public static class TimeZones
{
    /// <summary>A placeholder of the database for machines that nobody has set up, not a place.</summary>
    private const string NotSetUp = "Factory";

    /// <summary>Every name that is accepted, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. DateTimeZoneProviders.Tzdb.Ids.Where(id => id != NotSetUp).Order(StringComparer.Ordinal)];

    private static readonly HashSet<string> Known = new(Names, StringComparer.Ordinal);

    /// <summary>The zone of an IANA name, in its exact spelling; null when it is none.</summary>
    public static DateTimeZone? Find(string? name) =>
        name is not null && Known.Contains(name) ? DateTimeZoneProviders.Tzdb[name] : null;

    /// <summary>The zone of an IANA name.</summary>
    /// <exception cref="FormatException">The text names no zone.</exception>
    public static DateTimeZone Parse(string name) =>
        Find(name) ?? throw new FormatException($"\"{name}\" is no time zone: an IANA name such as Europe/Berlin or UTC is expected.");

    /// <summary>
    /// The zone that a viewer gets: the one asked for, else the one preferred, else UTC. A preference that names no zone counts as
    /// none.
    /// </summary>
    /// <exception cref="FormatException">The zone asked for is none.</exception>
    public static DateTimeZone Resolve(string? asked, string? preferred) =>
        asked is not null ? Parse(asked) : Find(preferred) ?? DateTimeZone.Utc;
}
