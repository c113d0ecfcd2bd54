using NodaTime;

namespace Usage.Engine.Reporting;

/// <summary>The time zones that reports accept: the names of the IANA database, aliases included, as NodaTime ships it.</summary>
public static class TimeZones
{
    /// <summary>Every name that is accepted, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [];

    /// <summary>The zone of an IANA name; null when it is none.</summary>
    public static DateTimeZone? Find(string? name) => throw new NotImplementedException();

    /// <summary>The zone of an IANA name.</summary>
    /// <exception cref="FormatException">The text names no zone.</exception>
    public static DateTimeZone Parse(string name) => throw new NotImplementedException();

    /// <summary>
    /// The zone that a viewer gets: the one asked for, else the one preferred, else UTC. A preference that names no zone counts as none.
    /// </summary>
    /// <exception cref="FormatException">The zone asked for is none.</exception>
    public static DateTimeZone Resolve(string? asked, string? preferred) => throw new NotImplementedException();
}
