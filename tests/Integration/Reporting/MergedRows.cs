namespace Usage.Tests.Integration.Reporting;

internal static class MergedRows
{
    /// <summary>Rows that are the same but for their count become one.</summary>
    public static IReadOnlyList<TRow> Merged<TRow>(
        this IEnumerable<TRow> rows, Func<TRow, TRow> withoutCount, Func<TRow, long, TRow> withCount, Func<TRow, long> count)
        where TRow : notnull =>
        [.. rows.GroupBy(withoutCount).Select(group => withCount(group.Key, group.Sum(count)))];
}
