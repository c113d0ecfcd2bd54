namespace Usage.Engine.Reporting;

/// <summary>How tasks ended, by when they did: their <c>completed_at</c>.</summary>
/// <param name="Finished">Tasks with the status <c>completed</c>.</param>
/// <param name="Failed">Tasks with the status <c>failed</c>.</param>
/// <param name="Cancelled">Tasks with the status <c>cancelled</c>.</param>
/// <param name="RunCount">Those of all three that have a start which is not after their end.</param>
/// <param name="RunSeconds">Seconds from start to end, added up over those; exact, with at most 6 decimals.</param>
public record OutcomeFigures(long Finished, long Failed, long Cancelled, long RunCount, decimal RunSeconds)
{
    /// <summary>What a derived row takes its own figures from.</summary>
    protected OutcomeFigures Figures => this;

    /// <summary>All of them together.</summary>
    internal static OutcomeFigures Sum(IEnumerable<OutcomeFigures> all) => all.Aggregate(new OutcomeFigures(0, 0, 0, 0, 0), (left, right) => new(
        left.Finished + right.Finished, left.Failed + right.Failed, left.Cancelled + right.Cancelled,
        left.RunCount + right.RunCount, left.RunSeconds + right.RunSeconds));
}
