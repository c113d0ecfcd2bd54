using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Rollup;

/// <summary>
/// A drain replaces a set of buckets by the sums of the rows. So it can be repeated, split and reordered, by several hosts: the
/// result depends on the rows only.
/// </summary>
public sealed class IdempotencyTests
{
    private static readonly HourBucket[] Hours = [.. Enumerable.Range(0, 3).Select(hour => HourBucket.Containing(NodaTime.Instant.FromUtc(2026, 3, 29, hour, 0)))];

    /// <summary>Hours and agents in hours, which may overlap.</summary>
    private static Gen<RecomputeSet> Set { get; } =
        from whole in Gen.SubListOf(Hours)
        from agents in Gen.SubListOf(from hour in Hours from agent in new[] { 0, 1 } select (hour, RollupGenerators.Id(agent)))
        select new RecomputeSet(whole, agents, []);

    private static Arbitrary<RecomputeSet> AnySet { get; } = Arb.From(Set);

    private static Arbitrary<RecomputeSet[]> Sets { get; } = Arb.From(Gen.ArrayOf(Set, 3));

    /// <summary>The buckets stored before, from an earlier state of the rows.</summary>
    private static Arbitrary<RowOfTask[]> Before => RollupGenerators.Rows;

    private static Arbitrary<RowOfTask[]> Now => RollupGenerators.Rows;

    [Property]
    public Property Draining_a_set_twice_changes_nothing_the_second_time() =>
        Prop.ForAll(Before, Now, AnySet, (before, now, set) =>
        {
            var once = Drain(Stored(before), now, set);
            var changes = Changes(once, now, set);
            (changes.Inserts.Count, changes.Updates.Count, changes.Deletes.Count).ShouldBe((0, 0, 0));
        });

    [Property]
    public Property The_order_of_the_rows_does_not_matter() =>
        Prop.ForAll(Before, Now, AnySet, (before, now, set) =>
        {
            var shuffled = now.ToArray();
            new Random(now.Length).Shuffle(shuffled);
            ShouldBeSame(Drain(Stored(before), shuffled, set), Drain(Stored(before), now, set));
        });

    [Property]
    public Property Splitting_a_set_into_batches_and_their_order_do_not_matter() =>
        Prop.ForAll(Before, Now, Sets, (before, now, sets) =>
        {
            RecomputeSet all = new(sets.SelectMany(set => set.WholeHours), sets.SelectMany(set => set.Agents), []);
            var together = Drain(Stored(before), now, all);
            ShouldBeSame(sets.Aggregate(Stored(before), (stored, set) => Drain(stored, now, set)), together);
            ShouldBeSame(sets.Reverse().Aggregate(Stored(before), (stored, set) => Drain(stored, now, set)), together);
        });

    [Property]
    public Property A_set_that_was_drained_before_with_others_may_be_drained_again_alone() =>
        Prop.ForAll(Before, Now, Sets, (before, now, sets) =>
        {
            RecomputeSet all = new(sets.SelectMany(set => set.WholeHours), sets.SelectMany(set => set.Agents), []);
            var together = Drain(Stored(before), now, all);
            ShouldBeSame(Drain(together, now, sets[0]), together);
        });

    [Property]
    public Property Draining_every_hour_gives_the_rollup_of_the_rows_whatever_was_stored() =>
        Prop.ForAll(Before, Now, (before, now) =>
            ShouldBeSame(Drain(Stored(before), now, new(Hours, [], [])), Stored(now)));

    [Property]
    public Property What_a_set_does_not_hold_stays_as_it_was() =>
        Prop.ForAll(Before, Now, AnySet, (before, now, set) =>
        {
            var stored = Stored(before);
            var drained = Drain(stored, now, set);
            drained.Where(entry => !set.Holds(entry.Key.Hour, entry.Key.AgentId))
                .ShouldBe(stored.Where(entry => !set.Holds(entry.Key.Hour, entry.Key.AgentId)), ignoreOrder: true);
        });

    private static Dictionary<BucketKey, BucketSum> Stored(RowOfTask[] rows) =>
        RollupGenerators.RollUp(rows).ToDictionary(bucket => bucket.Key, bucket => bucket.Sum);

    private static BucketChanges Changes(Dictionary<BucketKey, BucketSum> stored, RowOfTask[] rows, RecomputeSet set) => BucketChanges.Between(
        RollupGenerators.RollUp(rows.Where(row => set.Holds(HourBucket.Containing(row.Row.CreatedAt), row.Task.Attribution.AgentId))),
        stored.Where(entry => set.Holds(entry.Key.Hour, entry.Key.AgentId)).Select(entry => new Bucket(entry.Key, entry.Value)));

    private static Dictionary<BucketKey, BucketSum> Drain(Dictionary<BucketKey, BucketSum> stored, RowOfTask[] rows, RecomputeSet set)
    {
        var changes = Changes(stored, rows, set);
        Dictionary<BucketKey, BucketSum> drained = new(stored);
        changes.Deletes.ShouldAllBe(key => drained.Remove(key));
        foreach (var (key, sum) in changes.Inserts.Concat(changes.Updates))
        {
            drained[key] = sum;
        }

        return drained;
    }

    private static void ShouldBeSame(Dictionary<BucketKey, BucketSum> one, Dictionary<BucketKey, BucketSum> other) =>
        one.ShouldBe(other, ignoreOrder: true);
}
