using System.Globalization;
using System.Text.RegularExpressions;

namespace Usage.Host.Cli;

/// <summary>Formats counts together with what is counted.</summary>
internal static partial class Quantity
{
    /// <summary>For example <c>1 hour pending</c> and <c>1,200 hours pending</c>, both of <c>hour[s] pending</c>.</summary>
    /// <param name="count">The count.</param>
    /// <param name="what">What is counted, with the ending of the plural in brackets.</param>
    public static string Of(decimal count, string what) => $"{Number(count)} {Agreeing(count, what)}";

    /// <summary>Several counts in a row, separated by commas.</summary>
    public static string List(params IEnumerable<(long Count, string What)> counts) =>
        string.Join(", ", counts.Select(each => Of(each.Count, each.What)));

    /// <summary>A whole number with its digits in groups of three.</summary>
    public static string Number(decimal value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Agreeing(decimal count, string what) => PluralEnding().Replace(what, count == 1 ? "" : "$1");

    [GeneratedRegex(@"\[(\w+)\]")]
    private static partial Regex PluralEnding();
}
