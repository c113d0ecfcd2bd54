using System.Globalization;
using System.Text;

namespace Usage.Dashboard.Charts;

/// <summary>A line without axes, in a 100 by 24 box.</summary>
internal static class Sparkline
{
    public const int Width = 100;
    public const int Height = 24;

    private const decimal Margin = 1.5m;

    /// <summary>The path of the line; empty for fewer than two values.</summary>
    public static string Path(IReadOnlyList<decimal> values)
    {
        if (values.Count < 2)
        {
            return "";
        }

        var greatest = values.Max();
        StringBuilder path = new();
        for (var index = 0; index < values.Count; index++)
        {
            var x = (decimal)Width * index / (values.Count - 1);
            var y = greatest == 0 ? Height - Margin : Height - Margin - ((Height - (2 * Margin)) * values[index] / greatest);
            path.Append(index == 0 ? 'M' : 'L').Append(Number(x)).Append(' ').Append(Number(y));
        }

        return path.ToString();
    }

    private static string Number(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
