using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class WindowSlotsTests
{
    [Property(MaxTest = 300)]
    public Property Slots_follow_each_other_from_the_start_of_the_window() => Prop.ForAll(
        WindowGenerators.Window, Gen.Elements(ReportAxis.Day, ReportAxis.Week, ReportAxis.Month, ReportAxis.LocalHour).ToArbitrary(),
        (window, axis) =>
        {
            var slots = WindowSlots.Of(window, axis);
            if (window.Start == window.End)
            {
                slots.ShouldBeEmpty();
                return;
            }

            slots[0].Start.ShouldBe(window.Start);
            slots[^1].Start.ShouldBeLessThan(window.End);
            slots.Zip(slots.Skip(1)).ShouldAllBe(pair => pair.First.Start < pair.Second.Start);
        });

    [Property(MaxTest = 300)]
    public Property An_hour_in_sequence_is_at_most_an_hour_that_the_clock_shows() => Prop.ForAll(WindowGenerators.Window, window =>
    {
        var slots = WindowSlots.Of(window, ReportAxis.LocalHour);
        foreach (var (slot, end) in slots.Zip(slots.Skip(1).Select(next => next.Start).Append(window.End)))
        {
            (end - slot.Start).ShouldBeLessThanOrEqualTo(Duration.FromHours(1));
            foreach (var instant in new[] { slot.Start, end - Duration.Epsilon })
            {
                var clock = instant.InZone(window.Zone);
                (clock.Date, clock.Hour).ShouldBe((slot.Date, slot.Hour));
            }
        }
    });

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-25", 25)]
    [InlineData("Europe/Berlin", "2026-03-29", 23)]
    [InlineData("Asia/Kolkata", "2026-10-25", 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 25)]
    public void A_day_has_the_hours_that_its_clock_shows(string zone, string date, int hours)
    {
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value;
        WindowSlots.Of(ReportWindow.Between(day, day, TimeZones.Parse(zone)), ReportAxis.LocalHour).Count.ShouldBe(hours);
    }
}
