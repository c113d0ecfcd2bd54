using System.Globalization;
using FsCheck.Xunit;
using Shouldly;
using Usage.Dashboard.Charts;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class TimeLineProperties
{
    [Property(MaxTest = 500)]
    public void Every_point_is_in_the_box_and_later_ones_are_to_the_right((byte At, ushort Value)[] points)
    {
        var line = TimeLine.Of([.. points.OrderBy(point => point.At).Select(point => (point.At / 255m, point.Value / 10m))], 0.02m, 0.1m);
        var numbers = line.Path.Split(['M', 'L', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text => decimal.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        numbers.Length.ShouldBe(points.Length * 2);
        var (across, down) = (numbers.Where((_, index) => index % 2 == 0).ToArray(), numbers.Where((_, index) => index % 2 == 1).ToArray());
        across.ShouldBeInOrder();
        across.ShouldAllBe(place => place >= 0 && place <= Band.Whole);
        down.ShouldAllBe(place => place >= 0 && place <= TimeLine.Height);
    }

    [Fact]
    public void A_line_is_broken_where_nothing_was_measured() =>
        TimeLine.Of([(0.1m, 1), (0.11m, 2), (0.5m, 0), (0.51m, 4)], 0.02m, 1).Path.ShouldBe("M100 90L110 60M500 120L510 0");
}
