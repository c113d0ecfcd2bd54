namespace Usage.Host.Comparing;

/// <summary>The progress of a comparison.</summary>
/// <param name="DaysDone">Days compared.</param>
/// <param name="DaysTotal">Days in the range.</param>
/// <param name="Rows">Rows of the other table so far.</param>
internal sealed record ComparisonProgress(long DaysDone, long DaysTotal, long Rows);
