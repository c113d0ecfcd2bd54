namespace Usage.Dashboard.Charts;

/// <summary>Selects the largest series of a chart; all others are combined.</summary>
internal static class LargestSeries
{
    public const int Limit = 8;

    /// <summary>
    /// The keys of the largest sums, in descending order; ties are ordered by key. If not all fit, the caller combines the rest
    /// as "other".
    /// </summary>
    public static IReadOnlyList<TKey> Of<TKey>(IEnumerable<KeyValuePair<TKey, decimal>> sums, int most = Limit) =>
        [.. sums.Where(sum => sum.Value > 0).OrderByDescending(sum => sum.Value).ThenBy(sum => sum.Key).Take(most).Select(sum => sum.Key)];
}
