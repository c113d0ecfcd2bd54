using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Charts;
using Usage.Dashboard.Reading;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class TrendProperties
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];

    [Property(MaxTest = 300)]
    public void Columns_contain_each_day_of_the_window_once(PositiveInt start, PositiveInt length, byte chosen)
    {
        var window = Window(start, length);
        var grain = (Grain)(1 + (chosen % 3));
        var columns = TrendColumns.Of(window, grain, Now(window));
        var dates = columns.SelectMany(column => Enumerable.Range(0, Period.DaysBetween(column.Start, column.End) + 1).Select(column.Start.PlusDays));
        dates.ShouldBe(Enumerable.Range(0, TrendColumns.DayCount(window)).Select(window.From.PlusDays));
        columns.Count(column => column.IsRunning).ShouldBe(1);
        columns[^1].IsRunning.ShouldBeTrue();
        TrendColumns.Possible(window).ShouldContain(TrendColumns.Fitting(window, grain));
    }

    [Property(MaxTest = 300)]
    public void Labels_are_few_and_in_order(PositiveInt start, PositiveInt length, byte chosen)
    {
        var window = Window(start, length);
        var grain = (Grain)(1 + (chosen % 3));
        LocalDate[] starts = [.. TrendColumns.Of(window, grain, Now(window)).Select(column => column.Start)];
        var labels = AxisLabels.Dates(starts, grain);
        labels.Count.ShouldBeInRange(1, AxisLabels.Most);
        labels.Select(label => label.Index).ShouldBe(labels.Select(label => label.Index).Order());
        labels.Select(label => label.Text).ShouldBeUnique();
        labels.ShouldAllBe(label => label.Index < starts.Length && label.Text.Length > 0);
    }

    [Property(MaxTest = 200)]
    public void All_usage_is_in_a_column_whatever_it_is_stacked_by(PositiveInt start, PositiveInt length, PositiveInt[] drawn, byte grouping, bool ofTokens)
    {
        var window = Window(start, length);
        var grain = TrendColumns.Fitting(window, Grain.Week);
        var columns = TrendColumns.Of(window, grain == Grain.Hour ? Grain.Day : grain, Now(window));
        SlotUsage[] usage = [.. drawn.Select(draw => Usage(window, draw.Get))];
        var (measure, by) = (ofTokens ? Measure.Tokens : Measure.Cost, (Grouping)(grouping % 2));
        var ofColumns = grain == Grain.Hour ? Grain.Day : grain;
        var series = new TrendBuilder(columns, ofColumns, measure).Series(usage, by);
        series.Sum(one => one.Sum).ShouldBe(usage.Sum(slot => TrendBuilder.Value(slot.Sum, measure)));
        series.Count.ShouldBeLessThanOrEqualTo(LargestSeries.Limit + 1);
        series.Where(one => one.Colour > 0).Select(one => one.Sum).ShouldBeInOrder(SortDirection.Descending);
        new TrendBuilder(columns, ofColumns, Measure.Tokens).Series(usage, Grouping.Class).Sum(one => one.Sum).ShouldBe(usage.Sum(slot => slot.Sum.Tokens));
        new TrendBuilder(columns, ofColumns, Measure.Tasks).Series(usage, by).Sum(one => one.Sum).ShouldBe(usage.Sum(slot => slot.Sum.Tasks));
    }

    [Property(MaxTest = 200)]
    public void The_rest_of_parts_is_all_that_is_in_none_of_them(PositiveInt start, PositiveInt length, PositiveInt[] drawn)
    {
        var window = Window(start, length);
        var columns = TrendColumns.Of(window, Grain.Day, Now(window));
        SlotUsage[] usage = [.. drawn.Select(draw => Usage(window, draw.Get))];
        var parts = usage.GroupBy(slot => slot.Model).Take(3).Select(model => (model.Key, (IReadOnlyList<SlotUsage>)[.. model])).ToArray();
        var areAll = usage.Select(slot => slot.Model).Distinct().Count() <= 3;
        var series = new TrendBuilder(columns, Grain.Day, Measure.Tokens).Parts(usage, parts, areAll);
        series.Sum(one => one.Sum).ShouldBe(usage.Sum(slot => slot.Sum.Tokens));
        series.Any(one => one.Name == TrendBuilder.Other).ShouldBe(!areAll);
    }

    [Theory]
    [InlineData("America/New_York", "2026-11-01", 25, 1)]
    [InlineData("America/New_York", "2026-03-08", 23, 0)]
    [InlineData("Asia/Kathmandu", "2026-03-08", 24, 0)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 25, 1)]
    public void A_day_by_hour_has_a_column_for_each_hour_that_its_clock_shows(string zone, string date, int hours, int repeated)
    {
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value;
        var window = ReportWindow.Between(day, day, DateTimeZoneProviders.Tzdb[zone]);
        var columns = TrendColumns.Of(window, Grain.Hour, Now(window));
        (columns.Count, columns.Count(column => column.IsRepeated)).ShouldBe((hours, repeated));
        SlotPlaces places = new(columns, Grain.Hour);
        columns.Select(column => places[new(column.Start, column.Hour, column.At)]).ShouldBe(Enumerable.Range(0, hours));

        // The hours of an earlier day, by what the clock shows: none is lost where the clock is set.
        Enumerable.Range(0, 24).Select(hour => places[new SlotTime(day.PlusDays(-7), hour).PlusDays(7)]).ShouldBeInOrder();
    }

    [Property(MaxTest = 300)]
    public void A_comparison_window_is_earlier_has_the_same_length_and_begins_on_the_same_weekday(PositiveInt start, PositiveInt length, bool year)
    {
        var window = Window(start, length);
        var before = ComparisonWindow.Of(window, year ? Comparison.Year : Comparison.Previous)!;
        TrendColumns.DayCount(before).ShouldBe(TrendColumns.DayCount(window));
        before.To.ShouldBeLessThan(window.From);
        before.From.DayOfWeek.ShouldBe(window.From.DayOfWeek);
        if (!year)
        {
            Period.DaysBetween(before.To, window.From).ShouldBeLessThanOrEqualTo(7);
        }
    }

    [Theory]
    [InlineData("America/New_York", "2026-11-01", 25)]
    [InlineData("America/New_York", "2026-03-08", 23)]
    [InlineData("Asia/Kathmandu", "2026-03-08", 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 24.5)]
    public void A_day_has_as_many_hour_columns_as_hours(string zone, string date, double hours)
    {
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value;
        var window = ReportWindow.Between(day, day, DateTimeZoneProviders.Tzdb[zone]);
        var occurrences = Occurrences.Of(window.Start, window.End, window.Zone);
        occurrences.Cast<decimal>().Sum().ShouldBe((decimal)hours);
        Enumerable.Range(0, Occurrences.Hours).Sum(hour => occurrences[(int)day.DayOfWeek - 1, hour]).ShouldBe((decimal)hours);
    }

    [Property(MaxTest = 50)]
    public void Heat_grows_with_the_value(PositiveInt left, PositiveInt right)
    {
        var (less, more) = (Math.Min(left.Get, right.Get), Math.Max(left.Get, right.Get));
        Heat.Step(less, more).ShouldBeInRange(1, Heat.Step(more, more));
        Heat.Step(more, more).ShouldBe(Heat.Steps);
        Heat.Step(0, more).ShouldBe(0);
    }

    private static ReportWindow Window(PositiveInt start, PositiveInt length)
    {
        var from = new LocalDate(2005, 1, 1).PlusDays(start.Get % 8_000);
        return ReportWindow.Between(from, from.PlusDays(length.Get % ReportWindow.MaxSpanDays), Zone);
    }

    /// <summary>An instant on the window's last day.</summary>
    private static ZonedDateTime Now(ReportWindow window) => (window.End - Duration.FromMinutes(90)).InZone(Zone);

    private static SlotUsage Usage(ReportWindow window, int draw) => new(
        new(window.From.PlusDays(draw % TrendColumns.DayCount(window))), draw % 3 == 0 ? "" : $"p{draw % 3}", $"m{draw % 23}",
        new(draw, draw % 7, draw % 11, draw % 5, draw / 1_000_000m, 0, 1) { Tasks = draw % 4 });
}
