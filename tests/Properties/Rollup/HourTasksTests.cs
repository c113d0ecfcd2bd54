using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Rollup;

public sealed class HourTasksTests
{
    [Property(MaxTest = 500)]
    public Property The_sets_are_the_distinct_tasks_of_each_hour_and_attribution_in_order() => Prop.ForAll(RollupGenerators.Rows, rows =>
    {
        var sets = Sets(rows);
        sets.Select(set => (set.Key, string.Join(",", set.TaskIds))).ShouldBe(
            from row in rows
            group row.Task.Id by new TaskSetKey(HourBucket.Containing(row.Row.CreatedAt), row.Task.Attribution) into place
            select (place.Key, string.Join(",", place.Distinct().OrderBy(id => id.ToString(), StringComparer.Ordinal))),
            ignoreOrder: true);
    });

    [Property(MaxTest = 500)]
    public Property Changes_turn_the_stored_sets_into_the_computed_ones_and_leave_equal_ones_alone() => Prop.ForAll(
        RollupGenerators.Rows, RollupGenerators.Rows, (before, after) =>
        {
            var (stored, computed) = (Sets(before), Sets(after));
            var changes = TaskSetChanges.Between(computed, stored);
            var result = stored.ToDictionary(set => set.Key, set => set.TaskIds);
            changes.Deletes.ShouldAllBe(key => result.Remove(key));
            changes.Inserts.ShouldAllBe(set => result.TryAdd(set.Key, set.TaskIds));
            changes.Updates.ShouldAllBe(set => !result[set.Key].SequenceEqual(set.TaskIds));
            foreach (var set in changes.Updates)
            {
                result[set.Key] = set.TaskIds;
            }

            result.Select(set => (set.Key, string.Join(",", set.Value)))
                .ShouldBe(computed.Select(set => (set.Key, string.Join(",", set.TaskIds))), ignoreOrder: true);
        });

    private static IReadOnlyList<TaskSet> Sets(RowOfTask[] rows)
    {
        HourRollup rollup = new();
        RollupGenerators.Add(rollup, rows);
        return rollup.TaskSets;
    }
}
