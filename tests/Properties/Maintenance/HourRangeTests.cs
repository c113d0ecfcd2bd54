using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Maintenance;
using Usage.Engine.Rollup;
using Usage.Tests.Properties.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Maintenance;

public sealed class HourRangeTests
{
    [Property]
    public Property A_range_is_the_fewest_whole_hours_that_hold_it() =>
        Prop.ForAll(RollupGenerators.InRange, RollupGenerators.InRange, (one, other) =>
        {
            var (from, to) = (Instant.Min(one, other), Instant.Max(one, other) + Duration.Epsilon);
            var range = HourRange.Covering(from, to);
            range.From.ShouldBe(HourBucket.Containing(from).Start);
            range.To.ShouldBe(HourBucket.Containing(Instant.Max(one, other)).End);
        });

    [Property]
    public Property A_range_that_does_not_end_after_its_start_is_refused() =>
        Prop.ForAll(RollupGenerators.InRange, RollupGenerators.InRange, (one, other) =>
        {
            var (from, to) = (Instant.Max(one, other), Instant.Min(one, other));
            Should.Throw<ArgumentOutOfRangeException>(() => HourRange.Covering(from, to));
        });

    [Property]
    public Property An_end_outside_the_years_2000_to_2100_is_refused() =>
        Prop.ForAll(RollupGenerators.OutOfRange, instant =>
        {
            Should.Throw<ArgumentOutOfRangeException>(() => HourRange.Covering(instant, null)).ActualValue.ShouldBe(instant);
            if (instant != HourBucket.RangeEnd)
            {
                Should.Throw<ArgumentOutOfRangeException>(() => HourRange.Covering(null, instant)).ActualValue.ShouldBe(instant);
            }
        });

    [Fact]
    public void All_history_is_an_unbounded_range() => HourRange.Covering(null, null).ShouldBe(default);

    [Fact]
    public void The_whole_range_is_allowed() =>
        HourRange.Covering(HourBucket.RangeStart, HourBucket.RangeEnd).To.ShouldBe(HourBucket.RangeEnd);
}
