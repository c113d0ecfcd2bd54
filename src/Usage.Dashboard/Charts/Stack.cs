namespace Usage.Dashboard.Charts;

/// <summary>A part of a stacked column, in pixels from the top.</summary>
internal readonly record struct Segment(int Series, decimal Top, decimal Height)
{
    public decimal Bottom => Top + Height;
}

/// <summary>Stacks values upon each other.</summary>
internal static class Stack
{
    /// <summary>
    /// The segments of a column, from its foot up: without gaps, as high together as their sum is on the axis. Zeros have none.
    /// </summary>
    /// <param name="values">By series; none negative.</param>
    /// <param name="axisEnd">The value at the top of the plot.</param>
    /// <param name="height">Of the plot, in pixels.</param>
    public static IReadOnlyList<Segment> Column(IReadOnlyList<decimal> values, decimal axisEnd, decimal height)
    {
        List<Segment> segments = [];
        var below = 0m;
        for (var series = 0; series < values.Count; series++)
        {
            if (values[series] > 0)
            {
                // Both ends come from sums, so that rounding leaves no gap and adds up to no error.
                var bottom = Y(below, axisEnd, height);
                below += values[series];
                var top = Y(below, axisEnd, height);
                segments.Add(new(series, top, bottom - top));
            }
        }

        return segments;
    }

    /// <summary>The place of a value, from the top.</summary>
    public static decimal Y(decimal value, decimal axisEnd, decimal height) => height - (height * (value / axisEnd));
}
