using System.Text;

namespace Usage.Dashboard.Charts;

/// <summary>A line over time, in thousandths of the width and pixels of the height.</summary>
/// <param name="Axis">The values of the vertical axis.</param>
/// <param name="Path">The line, broken where nothing was measured.</param>
internal sealed record TimeLine(AxisTicks Axis, string Path)
{
    public const int Height = 120;

    private const int MostTicks = 3;

    /// <summary>Lays out a line.</summary>
    /// <param name="points">In the order of time: the share of the width from the left, 0 to 1, and the value, at least 0.</param>
    /// <param name="longestGap">The share of the width that two points may be apart and still be joined.</param>
    /// <param name="smallestStep">The least step of the axis.</param>
    public static TimeLine Of(IReadOnlyList<(decimal At, decimal Value)> points, decimal longestGap, decimal smallestStep)
    {
        var axis = AxisTicks.UpTo(points.Select(point => point.Value).DefaultIfEmpty().Max(), MostTicks, smallestStep);
        StringBuilder path = new();
        for (var index = 0; index < points.Count; index++)
        {
            var isJoined = index > 0 && points[index].At - points[index - 1].At <= longestGap;
            path.Append(isJoined ? 'L' : 'M').Append(Coordinate.Of(points[index].At * Band.Whole)).Append(' ')
                .Append(Coordinate.Of(Stack.Y(points[index].Value, axis.End, Height)));
        }

        return new(axis, path.ToString());
    }
}
