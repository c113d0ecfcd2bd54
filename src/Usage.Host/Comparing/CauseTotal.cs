namespace Usage.Host.Comparing;

/// <summary>All differences of a cause.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Count">Keys.</param>
/// <param name="Ours">The rollup's figures of these keys, in the order of the measures.</param>
/// <param name="Theirs">The other table's.</param>
internal sealed record CauseTotal(DifferenceCause Cause, long Count, IReadOnlyList<decimal> Ours, IReadOnlyList<decimal> Theirs);
