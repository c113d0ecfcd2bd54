using System.Globalization;

namespace Usage.Dashboard.Charts;

/// <summary>Formats numbers for SVG.</summary>
internal static class Coordinate
{
    /// <summary>Formats with at most one decimal.</summary>
    public static string Of(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Formats thousandths as a percentage.</summary>
    public static string Percent(decimal thousandths) => (thousandths / 10).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
