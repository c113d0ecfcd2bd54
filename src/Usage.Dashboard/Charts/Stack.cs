namespace Usage.Dashboard.Charts;

/// <summary>A segment of a stacked column, in pixels from the top.</summary>
internal readonly record struct Segment(int Series, decimal Top, decimal Height)
{
    public decimal Bottom => Top + Height;
}

/// <summary>Stacks values.</summary>
internal static class Stack
{
    /// <summary>
    /// The segments of a column, from bottom to top, without gaps. Their total height matches the sum on the axis. Zero values
    /// have no segment.
    /// </summary>
    /// <param name="values">By series; not negative.</param>
    /// <param name="axisEnd">The value at the top of the plot.</param>
    /// <param name="height">Height of the plot, in pixels.</param>
    public static IReadOnlyList<Segment> Column(IReadOnlyList<decimal> values, decimal axisEnd, decimal height)
    {
        List<Segment> segments = [];
        var below = 0m;
        for (var series = 0; series < values.Count; series++)
        {
            if (values[series] > 0)
            {
                // Both ends are computed from running sums, so that rounding leaves no gaps and doesn't accumulate.
                var bottom = Y(below, axisEnd, height);
                below += values[series];
                var top = Y(below, axisEnd, height);
                segments.Add(new(series, top, bottom - top));
            }
        }

        return segments;
    }

    /// <summary>The vertical position of a value, from the top.</summary>
    public static decimal Y(decimal value, decimal axisEnd, decimal height) => height - (height * (value / axisEnd));
}
