using NodaTime;

namespace Usage.Host.Comparing;

/// <summary>A key whose figures differ, with what the raw rows say of it. Figures are in the order of the compared measures.</summary>
/// <param name="BucketHour">The hour.</param>
/// <param name="Key">The other dimensions, as text.</param>
/// <param name="Cause">Why they differ.</param>
/// <param name="Ours">The rollup's figures.</param>
/// <param name="Theirs">The other table's.</param>
/// <param name="Raw">Those of the raw rows.</param>
internal sealed record Difference(
    Instant BucketHour, string Key, DifferenceCause Cause, IReadOnlyList<decimal> Ours, IReadOnlyList<decimal> Theirs, IReadOnlyList<decimal> Raw)
{
    /// <summary>The sum of all measures' differences, for ordering.</summary>
    public decimal Size => Ours.Zip(Theirs, (ours, theirs) => Math.Abs(ours - theirs)).Sum();
}
