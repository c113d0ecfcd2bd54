using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Rollup;

public sealed class BucketChangesTests
{
    [Property]
    public Property Applied_to_the_stored_buckets_the_changes_give_the_computed_ones() =>
        Prop.ForAll(RollupGenerators.Rows, RollupGenerators.Rows, (before, now) =>
        {
            // All rows of a task have the same attribution.
            var tasks = before.Concat(now).Select(row => row.Task).DistinctBy(task => task.Id).ToDictionary(task => task.Id);
            var rows = before.Take(5).Concat(now).Select(row => row with { Task = tasks[row.Task.Id] });
            var (stored, computed) = (RollupGenerators.RollUp(before), RollupGenerators.RollUp(rows));
            var changes = BucketChanges.Between(computed, stored);

            var buckets = stored.ToDictionary(bucket => bucket.Key, bucket => bucket.Sum);
            changes.Deletes.ShouldAllBe(key => buckets.Remove(key));
            changes.Inserts.ShouldAllBe(bucket => buckets.TryAdd(bucket.Key, bucket.Sum));
            foreach (var update in changes.Updates)
            {
                buckets[update.Key].ShouldNotBe(update.Sum);
                buckets[update.Key] = update.Sum;
            }

            buckets.Select(entry => new Bucket(entry.Key, entry.Value)).ShouldBe(computed, ignoreOrder: true);
        });

    [Property]
    public Property Equal_sets_make_no_change() =>
        Prop.ForAll(RollupGenerators.Rows, rows =>
        {
            var changes = BucketChanges.Between(RollupGenerators.RollUp(rows), RollupGenerators.RollUp(rows.Reverse()));
            (changes.Inserts.Count, changes.Updates.Count, changes.Deletes.Count).ShouldBe((0, 0, 0));
        });
}
