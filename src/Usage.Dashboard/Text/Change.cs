using System.Globalization;

namespace Usage.Dashboard.Text;

/// <summary>The change of a figure relative to the comparison.</summary>
/// <param name="Words">For example +12% or ×3.4.</param>
/// <param name="IsSmall">Whether the change is negligible.</param>
internal sealed record Change(string Words, bool IsSmall)
{
    private const decimal SmallShare = 0.02m;
    private const decimal ManyTimes = 10m;

    /// <summary>The change from one figure to another; null if the earlier one is zero.</summary>
    public static Change? Between(decimal before, decimal now)
    {
        if (before <= 0)
        {
            return null;
        }

        var change = (now - before) / before;
        return now >= before * ManyTimes
            ? new($"×{(now / before).ToString(now >= before * 100 ? "#,0" : "0.#", CultureInfo.InvariantCulture)}", IsSmall: false)
            : new(Percent(change), Math.Abs(change) < SmallShare);
    }

    private static string Percent(decimal change)
    {
        var rounded = Math.Round(change * 100, Math.Abs(change) < 0.0995m ? 1 : 0, MidpointRounding.AwayFromZero);
        var sign = rounded > 0 ? "+" : rounded < 0 ? "−" : "±";
        return $"{sign}{Math.Abs(rounded).ToString("0.#", CultureInfo.InvariantCulture)}%";
    }
}
