using System.Text;

namespace Usage.Dashboard.Charts;

/// <summary>A line over time, in thousandths of the width and pixels of the height.</summary>
/// <param name="Axis">The values of the vertical axis.</param>
/// <param name="Path">The line, with gaps where nothing was measured.</param>
internal sealed record TimeLine(AxisTicks Axis, string Path)
{
    public const int Height = 120;

    private const int MostTicks = 3;

    /// <summary>Lays out a line.</summary>
    /// <param name="points">In order of time: position from 0 (left) to 1, and value, at least 0.</param>
    /// <param name="longestGap">The largest distance of two joined points, as a share of the width.</param>
    /// <param name="smallestStep">The smallest step of the axis.</param>
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
