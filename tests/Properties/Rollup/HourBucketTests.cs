using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Rollup;

public sealed class HourBucketTests
{
    [Property]
    public Property An_hour_starts_where_the_UTC_clock_shows_no_minutes() =>
        Prop.ForAll(RollupGenerators.InRange, instant =>
        {
            var local = instant.InUtc().LocalDateTime;
            HourBucket.Containing(instant).Start.InUtc().LocalDateTime
                .ShouldBe(new LocalDateTime(local.Year, local.Month, local.Day, local.Hour, 0));
        });

    [Property]
    public Property An_hour_holds_its_start_and_all_up_to_the_next_hours_start() =>
        Prop.ForAll(RollupGenerators.InRange, instant =>
        {
            var hour = HourBucket.Containing(instant);
            (hour.End - hour.Start).ShouldBe(Duration.FromHours(1));
            (hour.Start <= instant && instant < hour.End).ShouldBeTrue();
            HourBucket.Containing(hour.Start).ShouldBe(hour);
            HourBucket.Containing(hour.End - Duration.Epsilon).ShouldBe(hour);
            if (HourBucket.Covers(hour.End))
            {
                HourBucket.Containing(hour.End).Number.ShouldBe(hour.Number + 1);
            }
        });

    [Property]
    public Property Hours_are_ordered_as_their_starts_are() =>
        Prop.ForAll(RollupGenerators.InRange, RollupGenerators.InRange, (one, other) =>
        {
            var (left, right) = (HourBucket.Containing(one), HourBucket.Containing(other));
            left.CompareTo(right).ShouldBe(left.Start.CompareTo(right.Start));
            (left < right, left <= right, left > right, left >= right, left == right).ShouldBe((
                left.Start < right.Start, left.Start <= right.Start, left.Start > right.Start, left.Start >= right.Start,
                left.Start == right.Start));
        });

    [Property]
    public Property An_instant_outside_the_years_2000_to_2100_has_no_hour() =>
        Prop.ForAll(RollupGenerators.OutOfRange, instant =>
        {
            HourBucket.Covers(instant).ShouldBeFalse();
            Should.Throw<ArgumentOutOfRangeException>(() => HourBucket.Containing(instant)).ActualValue.ShouldBe(instant);
        });
}
