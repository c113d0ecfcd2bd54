using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Dashboard.Charts;

namespace Usage.Tests.Properties.Dashboard;

public sealed class StackProperties
{
    private const decimal Height = 220;

    [Property(MaxTest = 500)]
    public void Segments_are_stacked_without_gaps_and_reach_the_sum(NonNegativeInt[] drawn)
    {
        decimal[] values = [.. drawn.Select(value => (decimal)value.Get)];
        var end = Math.Max(1, values.Sum());
        var segments = Stack.Column(values, end, Height);
        segments.Count.ShouldBe(values.Count(value => value > 0));
        segments.Select(segment => segment.Series).ShouldBe(segments.Select(segment => segment.Series).Order());
        var foot = Height;
        foreach (var segment in segments)
        {
            segment.Bottom.ShouldBe(foot, 0.0000001m);
            segment.Height.ShouldBeGreaterThanOrEqualTo(0);
            foot = segment.Top;
        }

        foot.ShouldBe(Stack.Y(values.Sum(), end, Height), 0.0000001m);
    }

    [Property(MaxTest = 300)]
    public void Columns_lie_in_their_slots_and_slots_fill_the_width(PositiveInt drawn)
    {
        var count = 1 + (drawn.Get % 731);
        for (var index = 0; index < count; index++)
        {
            var (slot, column) = (Band.Slot(index, count), Band.Column(index, count));
            column.Start.ShouldBeGreaterThan(slot.Start);
            column.End.ShouldBeLessThan(slot.End);
            (index == 0 ? 0 : Band.Slot(index - 1, count).End).ShouldBe(slot.Start, 0.0000001m);
        }

        Band.Slot(count - 1, count).End.ShouldBe(Band.Whole, 0.0000001m);
    }

    [Property(MaxTest = 300)]
    public void The_highest_column_fits_under_the_axis(NonNegativeInt[][] drawn)
    {
        decimal[][] values = [.. drawn.Select(column => column.Select(value => (decimal)value.Get).ToArray())];
        var chart = ColumnChart.Of(values, [], 1);
        chart.Columns.Count.ShouldBe(values.Length);
        chart.Columns.SelectMany(column => column.Segments).ShouldAllBe(segment => segment.Top >= -0.0000001m && segment.Bottom <= ColumnChart.Height);
    }
}
