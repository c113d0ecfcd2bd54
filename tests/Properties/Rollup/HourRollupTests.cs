using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Rollup;

public sealed class HourRollupTests
{
    private static readonly UsageRow Row = new(
        Instant.FromUtc(2026, 1, 1, 0, 0), Guid.Empty, Guid.Empty, Guid.Empty, null, null, "", "m", 0, 0, 0, 0, null);

    [Property]
    public Property Buckets_are_the_group_by_of_the_rows() =>
        Prop.ForAll(RollupGenerators.Rows, rows =>
            RollupGenerators.RollUp(rows).ShouldBe(
                rows.GroupBy(row => new BucketKey(
                        HourBucket.Containing(row.CreatedAt), row.WorkspaceId, row.RuntimeId, row.AgentId, row.ProjectId,
                        row.Provider.ToLowerInvariant(), row.Model))
                    .Select(group => new Bucket(group.Key, Sum([.. group]))),
                ignoreOrder: true));

    [Property]
    public Property The_order_of_the_rows_does_not_matter() =>
        Prop.ForAll(RollupGenerators.Rows, rows =>
        {
            var shuffled = rows.ToArray();
            new Random(rows.Length).Shuffle(shuffled);
            RollupGenerators.RollUp(shuffled).ShouldBe(RollupGenerators.RollUp(rows), ignoreOrder: true);
        });

    [Property]
    public Property Every_row_is_counted_in_one_bucket() =>
        Prop.ForAll(RollupGenerators.Rows, rows =>
            RollupGenerators.RollUp(rows).Sum(bucket => bucket.Sum.EventCount).ShouldBe(rows.Length));

    [Theory]
    [InlineData(1, 0, 0, 0, null)]
    [InlineData(0, 1, 0, 0, null)]
    [InlineData(0, 0, 1, 0, null)]
    [InlineData(0, 0, 0, 1, null)]
    [InlineData(0, 0, 0, 0, 1L)]
    public void A_sum_that_leaves_64_bits_is_an_error(long input, long output, long cacheRead, long cacheWrite, long? cost)
    {
        var full = Row with
        {
            InputTokens = long.MaxValue, OutputTokens = long.MaxValue, CacheReadTokens = long.MaxValue,
            CacheWriteTokens = long.MaxValue, CostUsdTicks = long.MaxValue,
        };
        var drop = Row with
        {
            InputTokens = input, OutputTokens = output, CacheReadTokens = cacheRead, CacheWriteTokens = cacheWrite, CostUsdTicks = cost,
        };
        RollupGenerators.RollUp([full, Row]).ShouldHaveSingleItem().Sum.CostUsdTicks.ShouldBe(long.MaxValue);
        Should.Throw<OverflowException>(() => RollupGenerators.RollUp([full, drop]));
    }

    private static BucketSum Sum(UsageRow[] rows)
    {
        UsageRow[] uncosted = [.. rows.Where(row => row.CostUsdTicks is null)];
        return new(
            rows.Sum(row => row.InputTokens), rows.Sum(row => row.OutputTokens), rows.Sum(row => row.CacheReadTokens),
            rows.Sum(row => row.CacheWriteTokens), rows.Sum(row => row.CostUsdTicks ?? 0),
            uncosted.Sum(row => row.InputTokens), uncosted.Sum(row => row.OutputTokens), uncosted.Sum(row => row.CacheReadTokens),
            uncosted.Sum(row => row.CacheWriteTokens), rows.Select(row => row.TaskId).Distinct().Count(), rows.Length);
    }
}
