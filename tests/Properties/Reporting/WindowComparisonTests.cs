using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class WindowComparisonTests
{
    [Property(MaxTest = 1_000)]
    public Property The_previous_window_has_as_many_days_on_the_same_weekdays_and_ends_less_than_a_week_before() => Prop.ForAll(
        WindowGenerators.Window, window =>
        {
            var previous = window.ComparedBy(WindowComparison.Previous);
            Period.DaysBetween(previous.From, previous.To).ShouldBe(Period.DaysBetween(window.From, window.To));
            previous.From.DayOfWeek.ShouldBe(window.From.DayOfWeek);
            previous.To.ShouldBeLessThan(window.From);
            Period.DaysBetween(previous.To, window.From).ShouldBeInRange(1, 7);
            previous.Zone.ShouldBe(window.Zone);
        });

    [Property(MaxTest = 1_000)]
    public Property The_window_of_the_year_before_has_the_same_dates() => Prop.ForAll(WindowGenerators.Window, window =>
    {
        var earlier = window.ComparedBy(WindowComparison.PreviousYear);
        foreach (var (then, now) in new[] { (earlier.From, window.From), (earlier.To, window.To) })
        {
            then.Year.ShouldBe(now.Year - 1);
            then.Month.ShouldBe(now.Month);
            then.Day.ShouldBe(now is { Month: 2, Day: 29 } ? 28 : now.Day);
        }
    });

    [Property]
    public Property A_window_that_hours_are_reported_of_is_one_also_when_compared() => Prop.ForAll(WindowGenerators.Window, window =>
    {
        if (Period.DaysBetween(window.From, window.To) < ReportWindow.MaxHourlyDays)
        {
            window.IsShort.ShouldBeTrue();
            window.ComparedBy(WindowComparison.Previous).IsShort.ShouldBeTrue();
            window.ComparedBy(WindowComparison.PreviousYear).IsShort.ShouldBeTrue();
        }
    });

    [Fact]
    public void A_window_without_comparison_is_itself()
    {
        var window = ReportWindow.Between(new(2026, 1, 1), new(2026, 1, 3), DateTimeZone.Utc);
        window.ComparedBy(WindowComparison.None).ShouldBeSameAs(window);
        Should.Throw<ArgumentOutOfRangeException>(() => window.ComparedBy((WindowComparison)9));
    }
}
