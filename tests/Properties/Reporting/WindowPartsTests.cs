using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

/// <summary>Tests the division of a window as used in SQL: a slot is the number of starts at or before an instant.</summary>
public sealed class WindowPartsTests
{
    private static readonly ReportAxis[] Axes = [ReportAxis.None, ReportAxis.Day, ReportAxis.Week, ReportAxis.Month, ReportAxis.LocalHour, ReportAxis.Hour, ReportAxis.WeekHour];

    [Property(MaxTest = 500)]
    [Trait("Field", "3")]
    public Property Each_instant_is_counted_once_and_its_whole_hour_in_one_slot() => Prop.ForAll(
        WindowGenerators.Window, Gen.Elements(Axes).ToArbitrary(), Gen.ArrayOf(WindowGenerators.Share.Generator, 50).ToArbitrary(),
        (window, axis, shares) =>
        {
            if (window.Start == window.End || (axis == ReportAxis.LocalHour && !window.IsShort))
            {
                return;
            }

            // Some hours are cut because of marks, often adjacent ones.
            var instants = shares.Select(share => window.Start + ((window.End - window.Start) * share)).ToArray();
            var stale = instants.Take(10).SelectMany(instant => new[] { HourBucket.Containing(instant).Start, HourBucket.Containing(instant).End })
                .Where(hour => hour < window.End).ToArray();
            var parts = WindowParts.Of(window, axis).WithCut(stale);
            stale.ShouldBeSubsetOf(parts.CutHours);
            parts.HourCount.ShouldBe((int)Math.Ceiling((window.End - HourBucket.Containing(window.Start).Start).TotalHours));
            foreach (var instant in instants)
            {
                var hour = HourBucket.Containing(instant);
                var isCut = parts.CutHours.Contains(hour.Start);
                parts.Cuts.Count(cut => cut.Start <= instant && instant < cut.End).ShouldBe(isCut ? 1 : 0);
                SlotOf(instant, axis, parts).ShouldBe(NaiveSlot(instant, axis, window), $"{instant} {axis} {window.Zone}");
                if (!isCut)
                {
                    hour.Start.ShouldBeGreaterThanOrEqualTo(window.Start);
                    hour.End.ShouldBeLessThanOrEqualTo(window.End);
                    if (parts.HasWholeHours)
                    {
                        SlotOf(hour.Start, axis, parts).ShouldBe(SlotOf(hour.End - Duration.Epsilon, axis, parts));
                    }
                }
            }
        });

    [Property]
    public Property Cuts_lie_in_the_window_in_order_and_never_overlap() => Prop.ForAll(
        WindowGenerators.Window, Gen.Elements(Axes).ToArbitrary(), (window, axis) =>
        {
            if (window.Start == window.End)
            {
                return;
            }

            var previous = window.Start;
            foreach (var cut in WindowParts.Of(window, axis).Cuts)
            {
                cut.Start.ShouldBeGreaterThanOrEqualTo(previous);
                cut.End.ShouldBeGreaterThan(cut.Start);
                previous = cut.End;
            }

            previous.ShouldBeLessThanOrEqualTo(window.End);
        });

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("Asia/Kolkata", false)]
    [InlineData("Asia/Kathmandu", false)]
    [InlineData("America/St_Johns", false)]
    [InlineData("Australia/Lord_Howe", false)]
    public void Only_hours_of_a_clock_that_runs_with_utc_are_whole(string zone, bool whole)
    {
        var window = ReportWindow.Between(new(2026, 1, 1), new(2026, 12, 31), TimeZones.Parse(zone));
        WindowParts.Of(window, ReportAxis.Hour).HasWholeHours.ShouldBe(whole);
        WindowParts.Of(window, ReportAxis.Day).HasWholeHours.ShouldBeTrue();
    }

    [Fact]
    public void An_hour_is_cut_at_the_edges_and_at_each_day_that_begins_inside_one()
    {
        var window = ReportWindow.Between(new(2026, 5, 1), new(2026, 5, 30), TimeZones.Parse("Asia/Kolkata"));
        WindowParts.Of(window, ReportAxis.Day).CutHours.Count.ShouldBe(31);
        WindowParts.Of(window, ReportAxis.Agent).CutHours.Count.ShouldBe(2);
    }

    private static int SlotOf(Instant instant, ReportAxis axis, WindowParts parts)
    {
        var seconds = parts.Offsets.Seconds[parts.Offsets.Changes.Count(change => change <= instant)];
        var clock = instant.WithOffset(Offset.FromSeconds(seconds));
        return axis switch
        {
            ReportAxis.Day or ReportAxis.Week or ReportAxis.Month or ReportAxis.LocalHour => parts.SlotStarts.Count(start => start <= instant),
            ReportAxis.Hour => clock.Hour,
            ReportAxis.WeekHour => ((int)clock.DayOfWeek * 24) + clock.Hour,
            _ => 0,
        };
    }

    private static int NaiveSlot(Instant instant, ReportAxis axis, ReportWindow window)
    {
        var clock = instant.InZone(window.Zone);
        return axis switch
        {
            ReportAxis.Day => window.Days.Index().Single(day => day.Item.Date == NaiveDay.Of(instant, window.Zone)).Index,
            ReportAxis.Week => NaivePeriod(window, instant, date => date.PlusDays(1 - (int)date.DayOfWeek)),
            ReportAxis.Month => NaivePeriod(window, instant, date => date.PlusDays(1 - date.Day)),
            ReportAxis.LocalHour => WindowSlots.Of(window, axis).Index().Single(slot =>
                (slot.Item.Date, slot.Item.Hour) == (clock.Date, clock.Hour)
                && slot.Item.Start <= instant && slot.Item.Start.InZone(window.Zone).Offset == clock.Offset).Index,
            ReportAxis.Hour => clock.Hour,
            ReportAxis.WeekHour => ((int)clock.DayOfWeek * 24) + clock.Hour,
            _ => 0,
        };
    }

    private static int NaivePeriod(ReportWindow window, Instant instant, Func<LocalDate, LocalDate> firstOf)
    {
        var label = firstOf(NaiveDay.Of(instant, window.Zone));
        return window.Days.Select(day => firstOf(day.Date)).Distinct().Count(first => first < label);
    }
}
