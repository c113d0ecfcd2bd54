using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class ReportWindowTests
{
    [Property(MaxTest = 1_000)]
    [Trait("Field", "17")]
    public Property The_last_days_are_exactly_so_many_dates_and_end_with_today() => Prop.ForAll(
        WindowGenerators.Zone, WindowGenerators.Now, Gen.Choose(1, 365).ToArbitrary(), (zone, now, days) =>
        {
            var window = ReportWindow.LastDays(days, now, zone);
            window.To.ShouldBe(NaiveDay.Of(now, zone));
            (Period.DaysBetween(window.From, window.To) + 1).ShouldBe(days);
            if (HourBucket.Covers(window.Start))
            {
                window.Start.ShouldBeLessThanOrEqualTo(now);
                window.End.ShouldBeGreaterThan(now);
            }
        });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(366)]
    [InlineData(int.MaxValue)]
    public void Fewer_than_1_or_more_than_365_last_days_are_refused(int days) =>
        Should.Throw<ArgumentOutOfRangeException>(
            () => ReportWindow.LastDays(days, WindowGenerators.Begin, DateTimeZone.Utc)).ParamName.ShouldBe("days");

    [Fact]
    public void Between_two_dates_lie_at_most_731_days()
    {
        LocalDate from = new(2024, 1, 1);
        ReportWindow.Between(from, from.PlusDays(730), DateTimeZone.Utc).Days.Count.ShouldBe(731);
        Should.Throw<ArgumentOutOfRangeException>(() => ReportWindow.Between(from, from.PlusDays(731), DateTimeZone.Utc));
    }

    [Fact]
    public void A_last_date_before_the_first_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(
            () => ReportWindow.Between(new(2026, 1, 2), new(2026, 1, 1), DateTimeZone.Utc)).ParamName.ShouldBe("to");

    [Fact]
    public void A_window_beyond_the_calendar_of_the_rollup_is_empty()
    {
        foreach (var (from, to) in new[]
        {
            (LocalDate.MinIsoValue, LocalDate.MinIsoValue), (LocalDate.MaxIsoValue.PlusDays(-7), LocalDate.MaxIsoValue),
            (new(1999, 1, 1), new(1999, 12, 31)), (new(2101, 1, 2), new(2101, 1, 9)),
        })
        {
            var window = ReportWindow.Between(from, to, DateTimeZone.Utc);
            window.Days.ShouldBeEmpty();
            window.End.ShouldBe(window.Start);
        }
    }
}
