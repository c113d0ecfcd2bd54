namespace Usage.Dashboard.Charts;

/// <summary>The ticks of an axis that begins at zero.</summary>
/// <param name="Step">The distance between ticks: 1, 2 or 5 times a power of ten.</param>
/// <param name="Values">From zero to the first multiple of the step at or above the greatest value.</param>
internal sealed record AxisTicks(decimal Step, IReadOnlyList<decimal> Values)
{
    /// <summary>The end of the axis.</summary>
    public decimal End => Values[^1];

    /// <summary>Computes the ticks for values up to a maximum.</summary>
    /// <param name="greatest">The maximum, at least zero. For zero the axis ends at one step.</param>
    /// <param name="most">Maximum number of ticks above zero, at least 2.</param>
    /// <param name="smallest">The smallest meaningful step, such as 1 for counts.</param>
    public static AxisTicks UpTo(decimal greatest, int most, decimal smallest)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(greatest);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(smallest);
        var step = Steps(smallest).First(step => Math.Ceiling(greatest / step) <= most);
        var count = Math.Max(1, (int)Math.Ceiling(greatest / step));
        return new(step, [.. Enumerable.Range(0, count + 1).Select(index => index * step)]);
    }

    private static IEnumerable<decimal> Steps(decimal smallest)
    {
        for (var power = smallest; ; power *= 10)
        {
            yield return power;
            yield return 2 * power;
            yield return 5 * power;
        }
    }
}
