using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class DayPartitionTests
{
    private static readonly Duration[] AroundAChange =
    [
        Duration.FromDays(-1), Duration.FromHours(-1), Duration.FromMinutes(-29), -Duration.Epsilon, Duration.Zero,
        Duration.FromMinutes(1), Duration.FromMinutes(31), Duration.FromMinutes(59), Duration.FromHours(1), Duration.FromDays(1),
    ];

    [Fact]
    public void Around_every_change_of_every_zone_the_days_partition_the_window()
    {
        foreach (var zone in WindowGenerators.AllZones)
        {
            foreach (var change in WindowGenerators.Changes(zone))
            {
                var date = change.InZone(zone).Date;
                var window = ReportWindow.Between(date.PlusDays(-3), date.PlusDays(3), zone);
                ShouldPartition(window);
                foreach (var instant in AroundAChange.Select(step => change + step).Where(HourBucket.Covers))
                {
                    OnlyDayOf(instant, window).ShouldBe(NaiveDay.Of(instant, zone), $"{instant} in {zone}");
                    LocalDay.DateAt(instant, zone).ShouldBe(NaiveDay.Of(instant, zone), $"{instant} in {zone}");
                }
            }
        }
    }

    [Property(MaxTest = 1_000)]
    public Property The_days_of_any_window_partition_it() => Prop.ForAll(WindowGenerators.Window, ShouldPartition);

    [Property(MaxTest = 1_000)]
    [Trait("Field", "3")]
    public Property Each_instant_is_in_the_one_day_that_its_clock_shows() => Prop.ForAll(
        WindowGenerators.Window, WindowGenerators.Share, (window, share) =>
        {
            if (window.Start == window.End)
            {
                return;
            }

            var instant = window.Start + ((window.End - window.Start) * share);
            OnlyDayOf(instant, window).ShouldBe(NaiveDay.Of(instant, window.Zone), $"{instant} in {window.Zone}");
        });

    [Theory]
    [InlineData("America/New_York", "2026-03-08", 23)]
    [InlineData("America/New_York", "2026-11-01", 25)]
    [InlineData("Asia/Kolkata", "2026-03-08", 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 24.5)]
    [InlineData("Africa/Cairo", "2026-04-24", 23)]
    [InlineData("America/Havana", "2026-03-08", 23)]
    [InlineData("Pacific/Apia", "2011-12-29", 24)]
    [InlineData("Pacific/Apia", "2011-12-30", 0)]
    [InlineData("Pacific/Apia", "2011-12-31", 24)]
    public void A_day_is_as_long_as_the_zone_makes_it(string zone, string date, double hours)
    {
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value;
        var window = ReportWindow.Between(day, day, TimeZones.Parse(zone));
        (window.End - window.Start).ShouldBe(Duration.FromHours(hours));
        window.Days.Count.ShouldBe(hours > 0 ? 1 : 0);
    }

    [Fact]
    public void A_day_whose_midnight_was_skipped_starts_at_one()
    {
        var window = ReportWindow.Between(new(2026, 4, 24), new(2026, 4, 24), TimeZones.Parse("Africa/Cairo"));
        window.Start.InZone(window.Zone).TimeOfDay.ShouldBe(new LocalTime(1, 0));
    }

    private static LocalDate OnlyDayOf(Instant instant, ReportWindow window) =>
        window.Days.Where(day => day.Start <= instant && instant < day.End).ShouldHaveSingleItem().Date;

    private static void ShouldPartition(ReportWindow window)
    {
        for (var i = 0; i < window.Days.Count; i++)
        {
            var day = window.Days[i];
            day.Start.ShouldBeLessThan(day.End);
            day.Start.ShouldBe(i == 0 ? window.Start : window.Days[i - 1].End);
            day.Date.ShouldBeInRange(i == 0 ? window.From : window.Days[i - 1].Date.PlusDays(1), window.To);
        }

        window.Start.ShouldBeGreaterThanOrEqualTo(HourBucket.RangeStart);
        window.End.ShouldBeLessThanOrEqualTo(HourBucket.RangeEnd);
        window.Days.Aggregate(Duration.Zero, (sum, day) => sum + (day.End - day.Start)).ShouldBe(window.End - window.Start);
    }
}
