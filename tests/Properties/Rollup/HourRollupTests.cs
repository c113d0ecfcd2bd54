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
    private static readonly UsageRow Row = new(Instant.FromUtc(2026, 1, 1, 0, 0), "", "m", 0, 0, 0, 0, null);

    [Property]
    public Property Buckets_are_the_group_by_of_the_rows() =>
        Prop.ForAll(RollupGenerators.Rows, rows =>
            RollupGenerators.RollUp(rows).ShouldBe(
                rows.GroupBy(KeyOf).Select(group => new Bucket(group.Key, Sum([.. group]))),
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
    public void A_sum_that_exceeds_64_bits_is_an_error(long input, long output, long cacheRead, long cacheWrite, long? cost)
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
        RollUp(full, Row).ShouldHaveSingleItem().Sum.CostUsdTicks.ShouldBe(long.MaxValue);
        RollUp(full, drop).ShouldBeEmpty();
        var overflow = Overflows(full, drop).ShouldHaveSingleItem();
        overflow.Key.ShouldBe((HourBucket.Containing(Row.CreatedAt), Guid.Empty));
        overflow.Value.ShouldContain("9223372036854775808, which exceeds 64 bits");
    }

    [Property]
    public Property Whether_a_sum_overflows_does_not_depend_on_the_order_of_the_rows() =>
        Prop.ForAll(Extremes, tokens =>
        {
            var rows = tokens.Select(token => Row with { InputTokens = token }).ToArray();
            var total = tokens.Aggregate(Int128.Zero, (sum, token) => sum + token);
            if (total >= long.MinValue && total <= long.MaxValue)
            {
                RollUp(rows).ShouldHaveSingleItem().Sum.InputTokens.ShouldBe((long)total);
                Overflows(rows).ShouldBeEmpty();
            }
            else
            {
                RollUp(rows).ShouldBeEmpty();
                Overflows(rows).ShouldHaveSingleItem().Value.ShouldContain($"input_tokens of /m adds up to {total},");
            }
        });

    [Fact]
    public void An_agent_that_overflows_in_an_hour_is_left_out_of_that_hour_and_of_no_other()
    {
        TaskOfUsage bad = new(Guid.NewGuid(), new(Guid.NewGuid(), Guid.Empty, null, null));
        TaskOfUsage good = new(Guid.NewGuid(), new(Guid.NewGuid(), Guid.Empty, null, null));
        var full = Row with { InputTokens = long.MaxValue };
        var later = Row with { CreatedAt = Row.CreatedAt + Duration.FromHours(1) };
        RollupGenerators.RollUp(
            [new(bad, full), new(bad, full), new(bad, Row with { Model = "other" }), new(bad, later), new(good, Row)])
            .Select(bucket => (bucket.Key.AgentId, bucket.Key.Hour.Start))
            .ShouldBe([(bad.Attribution.AgentId, later.CreatedAt), (good.Attribution.AgentId, Row.CreatedAt)]);
    }

    [Property]
    public Property A_rollup_that_was_cleared_gives_what_a_new_one_does() =>
        Prop.ForAll(RollupGenerators.Rows, RollupGenerators.Rows, (before, now) =>
        {
            HourRollup used = new();
            RollupGenerators.Add(used, before);
            used.Clear();
            used.Buckets.ShouldBeEmpty();
            RollupGenerators.Add(used, now);
            used.Rows.ShouldBe(now.Length);
            used.Buckets.ShouldBe(RollupGenerators.RollUp(now), ignoreOrder: true);
        });

    [Fact]
    public void A_task_that_was_not_attributed_is_not_found() => new HourRollup().TryFind(Guid.Empty, out _).ShouldBeFalse();

    private static Arbitrary<long[]> Extremes { get; } = Arb.From(Gen.ArrayOf(Gen.OneOf(
        Gen.Elements(long.MaxValue, long.MaxValue - 1, long.MinValue, 1L, -1L), Gen.Choose(-1_000, 1_000).Select(tokens => (long)tokens))).Where(tokens => tokens.Length > 0));

    private static Bucket[] RollUp(params UsageRow[] rows) => RollupGenerators.RollUp(OfOneTask(rows));

    private static IReadOnlyDictionary<(HourBucket Hour, Guid AgentId), string> Overflows(params UsageRow[] rows)
    {
        HourRollup rollup = new();
        RollupGenerators.Add(rollup, OfOneTask(rows));
        return rollup.Overflows;
    }

    private static RowOfTask[] OfOneTask(UsageRow[] rows)
    {
        TaskOfUsage task = new(Guid.Empty, new(Guid.Empty, Guid.Empty, null, null));
        return [.. rows.Select(row => new RowOfTask(task, row))];
    }

    private static BucketKey KeyOf(RowOfTask row)
    {
        var whom = row.Task.Attribution;
        return new(
            HourBucket.Containing(row.Row.CreatedAt), whom.WorkspaceId, whom.RuntimeId, whom.AgentId, whom.ProjectId,
            row.Row.Provider.ToLowerInvariant(), row.Row.Model);
    }

    private static BucketSum Sum(RowOfTask[] group)
    {
        UsageRow[] rows = [.. group.Select(row => row.Row)];
        UsageRow[] uncosted = [.. rows.Where(row => row.CostUsdTicks is null)];
        return new(
            rows.Sum(row => row.InputTokens), rows.Sum(row => row.OutputTokens), rows.Sum(row => row.CacheReadTokens),
            rows.Sum(row => row.CacheWriteTokens), rows.Sum(row => row.CostUsdTicks ?? 0),
            uncosted.Sum(row => row.InputTokens), uncosted.Sum(row => row.OutputTokens), uncosted.Sum(row => row.CacheReadTokens),
            uncosted.Sum(row => row.CacheWriteTokens), group.Select(row => row.Task.Id).Distinct().Count(), rows.Length)
        {
            Spelling = rows.Select(row => row.Provider).Distinct().ToArray() is [var only] ? (only == ProviderName.Fold(only) ? "" : only) : "*",
        };
    }
}
