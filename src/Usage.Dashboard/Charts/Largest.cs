namespace Usage.Dashboard.Charts;

/// <summary>Series of a chart: the largest, and all others as one.</summary>
internal static class Largest
{
    public const int Series = 8;

    /// <summary>
    /// The keys of the largest sums, the largest first; equal ones by order of their keys. Fewer than all when there are more than
    /// fit, and then the rest is for the caller to add up as "other".
    /// </summary>
    public static IReadOnlyList<TKey> Of<TKey>(IEnumerable<KeyValuePair<TKey, decimal>> sums, int most = Series) =>
        [.. sums.Where(sum => sum.Value > 0).OrderByDescending(sum => sum.Value).ThenBy(sum => sum.Key).Take(most).Select(sum => sum.Key)];
}
