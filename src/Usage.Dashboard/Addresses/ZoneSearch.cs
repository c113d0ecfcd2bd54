using Usage.Engine.Reporting;

namespace Usage.Dashboard.Addresses;

/// <summary>Finds time zones by city name, ignoring case and treating blanks as underscores.</summary>
internal static class ZoneSearch
{
    /// <summary>The IANA name for a zone or city; null if unknown or ambiguous.</summary>
    public static string? Find(string text)
    {
        var name = text.Trim().Replace(' ', '_');
        if (TimeZones.Find(name) is not null)
        {
            return name;
        }

        var named = TimeZones.Names.FirstOrDefault(zone => zone.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (named is not null)
        {
            return named;
        }

        var cities = TimeZones.Names
            .Where(zone => zone.Contains('/', StringComparison.Ordinal) && City(zone).Equals(name, StringComparison.OrdinalIgnoreCase))
            .Take(2).ToArray();
        return cities is [var city] ? city : null;
    }

    private static string City(string zone) => zone[(zone.LastIndexOf('/') + 1)..];
}
