using NodaTime;

namespace Usage.Engine.Draining;

/// <summary>The result of one or more drains.</summary>
/// <param name="Hours">Hours recomputed.</param>
/// <param name="Marks">Marks claimed from the journal.</param>
/// <param name="Rows">Usage rows read.</param>
/// <param name="Written">Buckets inserted or updated.</param>
/// <param name="Deleted">Buckets deleted.</param>
/// <param name="Failed">Agents in an hour, hours and entities that were set aside with an error.</param>
/// <param name="Elapsed">Time from the first pick to the last commit.</param>
public sealed record DrainResult(
    long Hours, long Marks, long Rows, long Written, long Deleted, long Failed, Duration Elapsed)
{
    /// <summary>The result of a drain that had nothing to do.</summary>
    public static DrainResult Nothing { get; } = new(0, 0, 0, 0, 0, 0, Duration.Zero);

    /// <summary>The sum of two results.</summary>
    public static DrainResult operator +(DrainResult left, DrainResult right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(
            left.Hours + right.Hours, left.Marks + right.Marks, left.Rows + right.Rows, left.Written + right.Written,
            left.Deleted + right.Deleted, left.Failed + right.Failed, left.Elapsed + right.Elapsed);
    }

    /// <summary>The sum of two results.</summary>
    public static DrainResult Add(DrainResult left, DrainResult right) => left + right;
}
