namespace Usage.Host.Comparing;

/// <summary>
/// Finds why keys of an hour differ. Pure. The raw rows decide who is right; where that is the rollup, the evidence decides what the other
/// table did.
/// </summary>
internal static class CauseRules
{
    /// <summary>Explains all keys of an hour that differ.</summary>
    public static IEnumerable<Difference> Explain(IReadOnlyCollection<KeyFigures> hour)
    {
        var right = hour.Where(key => key.Ours.SequenceEqual(key.Raw)).ToList();
        var moved = right.GroupBy(key => key.WorkspaceId).Where(IsBalanced).Select(workspace => workspace.Key).ToHashSet();
        var acrossWorkspaces = right.Where(key => !moved.Contains(key.WorkspaceId)).ToList() is [_, _, ..] others && IsBalanced(others);
        return hour.Select(key => new Difference(
            key.BucketHour, key.Key, Cause(key, moved.Contains(key.WorkspaceId), acrossWorkspaces), key.Ours, key.Theirs, key.Raw));
    }

    private static DifferenceCause Cause(KeyFigures key, bool movedWithinWorkspace, bool acrossWorkspaces) => key switch
    {
        _ when !key.Ours.SequenceEqual(key.Raw) => key.Pending ? DifferenceCause.Pending : DifferenceCause.Drift,
        _ when key.RawWithoutRuntime.Any(figure => figure != 0) && key.Theirs.SequenceEqual(key.Raw.Zip(key.RawWithoutRuntime, decimal.Subtract)) =>
            DifferenceCause.RuntimeDeleted,
        { ChangedLately: true } => DifferenceCause.NotPickedUp,
        { OwnerExists: false } => DifferenceCause.Deleted,
        _ when movedWithinWorkspace => DifferenceCause.Moved,
        _ when acrossWorkspaces => DifferenceCause.OtherWorkspace,
        _ when HasAtMost(key.Theirs, key.Raw) => DifferenceCause.PassedOver,
        _ when HasAtMost(key.Raw, key.Theirs) => DifferenceCause.Kept,
        _ => DifferenceCause.Edited,
    };

    private static bool HasAtMost(IReadOnlyList<decimal> less, IReadOnlyList<decimal> more) => less.Zip(more, (a, b) => a <= b).All(holds => holds);

    /// <summary>Whether several keys' differences cancel out in every measure.</summary>
    private static bool IsBalanced(IEnumerable<KeyFigures> keys)
    {
        var all = keys.ToList();
        return all.Count > 1 && Enumerable.Range(0, all[0].Ours.Count).All(measure => all.Sum(key => key.Ours[measure] - key.Theirs[measure]) == 0);
    }
}
