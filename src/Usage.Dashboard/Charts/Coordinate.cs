using System.Globalization;

namespace Usage.Dashboard.Charts;

/// <summary>Numbers as SVG has them.</summary>
internal static class Coordinate
{
    /// <summary>With one decimal at most.</summary>
    public static string Of(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A share of a thousand as a percentage.</summary>
    public static string Percent(decimal thousandths) => (thousandths / 10).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
