using System.Globalization;

namespace Usage.Dashboard.Text;

/// <summary>Formats amounts: abbreviated for charts and figures, or exact.</summary>
internal static class Amounts
{
    private static readonly (decimal Unit, string Letter)[] Units =
        [(1m, ""), (1_000m, "k"), (1_000_000m, "M"), (1_000_000_000m, "B"), (1_000_000_000_000m, "T")];

    /// <summary>Three significant digits and a unit: 950, 1.23k, 45.6M.</summary>
    public static string Count(decimal value) => Short(value, decimalsOfOnes: 0);

    /// <summary>Every digit: 1,234,567.</summary>
    public static string ExactCount(decimal value) => value.ToString("#,0.##########", CultureInfo.InvariantCulture);

    /// <summary>Cents below a thousand dollars, three significant digits above; less than a cent is shown as such.</summary>
    public static string Money(decimal usd) =>
        usd < 0 ? $"−{Money(-usd)}"
        : usd == 0 ? "$0"
        : usd < 0.005m ? "<$0.01"
        : "$" + Short(usd, decimalsOfOnes: 2);

    /// <summary>All digits and cents; below a cent, two significant digits.</summary>
    public static string TableMoney(decimal usd)
    {
        if (usd is <= -0.01m or >= 0.01m or 0)
        {
            return usd < 0 ? $"−{TableMoney(-usd)}" : "$" + usd.ToString(usd == 0 ? "0" : "#,0.00", CultureInfo.InvariantCulture);
        }

        var decimals = 3;
        for (var digit = Math.Abs(usd) * 1_000; digit < 1 && decimals < 10; digit *= 10)
        {
            decimals++;
        }

        return (usd < 0 ? "−$" : "$") + Math.Round(Math.Abs(usd), Math.Min(decimals + 1, 10)).ToString("0.00########", CultureInfo.InvariantCulture);
    }

    /// <summary>A round axis value in dollars, without trailing zeros.</summary>
    public static string Tick(decimal usd) => "$" + (usd < 1_000 ? usd.ToString("0.##########", CultureInfo.InvariantCulture) : Count(usd));

    /// <summary>Every significant digit, and at least cents: $1,234.50, $0.0000012345.</summary>
    public static string ExactMoney(decimal usd) =>
        usd < 0 ? $"−{ExactMoney(-usd)}" : "$" + usd.ToString("#,0.00########", CultureInfo.InvariantCulture);

    /// <summary>A share from 0 to 1. A non-zero share is never rounded to zero.</summary>
    public static string Share(decimal share) => share switch
    {
        0 => "0%",
        < 0.001m => "<0.1%",
        < 0.1m => share.ToString("0.0%", CultureInfo.InvariantCulture),
        > 0.999m and < 1 => ">99.9%",
        _ => share.ToString("0.#%", CultureInfo.InvariantCulture),
    };

    private static string Short(decimal value, int decimalsOfOnes)
    {
        if (value < 0)
        {
            return $"−{Short(-value, decimalsOfOnes)}";
        }

        for (var index = 0; index < Units.Length; index++)
        {
            var (unit, letter) = Units[index];
            var scaled = value / unit;
            var decimals = index == 0 ? decimalsOfOnes : scaled < 9.995m ? 2 : scaled < 99.95m ? 1 : 0;
            var rounded = Math.Round(scaled, decimals, MidpointRounding.AwayFromZero);
            // 999.6 thousand rounds to 1 million instead of 1000 thousand.
            if (rounded < 1_000 || index == Units.Length - 1)
            {
                return rounded.ToString(index == 0 ? "N" + decimals.ToString(CultureInfo.InvariantCulture) : "#,0.##", CultureInfo.InvariantCulture) + letter;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value));
    }
}
