namespace Usage.Host.Comparing;

/// <summary>The result of a comparison, in one snapshot.</summary>
/// <param name="Table">The other table.</param>
/// <param name="Dimensions">The dimensions that both have, beside the hour.</param>
/// <param name="Measures">The measures that were compared.</param>
/// <param name="TheirRows">Rows of the other table in the range.</param>
/// <param name="RowsWithinHour">Rows of the other table that don't begin at a whole UTC hour.</param>
/// <param name="DifferenceCount">Keys that differ.</param>
/// <param name="Causes">The causes, most frequent first.</param>
/// <param name="Largest">The largest differences, largest first.</param>
internal sealed record ComparisonReport(
    string Table, IReadOnlyList<string> Dimensions, IReadOnlyList<string> Measures, long TheirRows, long RowsWithinHour, long DifferenceCount,
    IReadOnlyList<CauseTotal> Causes, IReadOnlyList<Difference> Largest)
{
    /// <summary>Whether the rollup equals the raw rows wherever the two differ, so that each difference is the other table's.</summary>
    public bool RollupIsRight => Causes.All(total => total.Cause is not (DifferenceCause.Drift or DifferenceCause.Pending));
}
