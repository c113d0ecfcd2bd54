using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Dashboard.Charts;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class AxisTicksProperties
{
    [Property(MaxTest = 1_000)]
    public void The_axis_ends_at_the_first_tick_that_no_value_exceeds(PositiveInt significant, byte power, PositiveInt room)
    {
        var most = 2 + (room.Get % 6);
        var greatest = significant.Get * Power(power % 15);
        var ticks = AxisTicks.UpTo(greatest, most, 0.0000000001m);
        ticks.End.ShouldBeGreaterThanOrEqualTo(greatest);
        (ticks.End - ticks.Step).ShouldBeLessThan(greatest);
        ticks.Values.Count.ShouldBeInRange(2, most + 1);
    }

    [Property(MaxTest = 500)]
    public void Ticks_are_equal_steps_from_zero_of_one_two_or_five_times_a_power_of_ten(PositiveInt value)
    {
        var ticks = AxisTicks.UpTo(value.Get, 4, 1);
        ticks.Values[0].ShouldBe(0);
        ticks.Values.Zip(ticks.Values.Skip(1), (left, right) => right - left).ShouldAllBe(step => step == ticks.Step);
        var digit = ticks.Step;
        while (digit >= 10)
        {
            digit /= 10;
        }

        digit.ShouldBeOneOf(1m, 2m, 5m);
    }

    [Fact]
    public void An_axis_without_values_has_one_step() => AxisTicks.UpTo(0, 4, 1).Values.ShouldBe([0m, 1m]);

    private static decimal Power(int power) => (decimal)Math.Pow(10, power - 8);
}
