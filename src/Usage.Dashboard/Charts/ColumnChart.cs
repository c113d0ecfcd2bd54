using Usage.Dashboard.Text;

namespace Usage.Dashboard.Charts;

/// <summary>A stacked column, in thousandths of the width and pixels of the height.</summary>
internal sealed record Column(Band Slot, Band Painted, IReadOnlyList<Segment> Segments);

/// <summary>The geometry of a trend.</summary>
/// <param name="Axis">The values of the vertical axis.</param>
/// <param name="Columns">From left to right.</param>
/// <param name="Comparison">The path of the comparison line; empty without a comparison.</param>
internal sealed record ColumnChart(AxisTicks Axis, IReadOnlyList<Column> Columns, string Comparison)
{
    public const int Height = 220;

    private const int MostTicks = 4;

    /// <summary>Lays out columns.</summary>
    /// <param name="values">By column and series.</param>
    /// <param name="comparison">By column; null where there is no comparison value.</param>
    /// <param name="smallestStep">The smallest step of the axis.</param>
    public static ColumnChart Of(
        IReadOnlyList<IReadOnlyList<decimal>> values, IReadOnlyList<decimal?> comparison, decimal smallestStep)
    {
        var greatest = values.Select(column => column.Sum()).Concat(comparison.Select(value => value ?? 0)).DefaultIfEmpty().Max();
        var axis = AxisTicks.UpTo(greatest, MostTicks, smallestStep);
        return new(
            axis,
            [
                .. values.Select((column, index) => new Column(
                    Band.Slot(index, values.Count), Band.Column(index, values.Count), Stack.Column(column, axis.End, Height)))
            ],
            Line(comparison, axis));
    }

    private static string Line(IReadOnlyList<decimal?> values, AxisTicks axis)
    {
        System.Text.StringBuilder path = new();
        for (var index = 0; index < values.Count; index++)
        {
            if (values[index] is { } value)
            {
                var isStart = index == 0 || values[index - 1] is null;
                path.Append(isStart ? 'M' : 'L').Append(Coordinate.Of(Band.Slot(index, values.Count).Middle)).Append(' ')
                    .Append(Coordinate.Of(Stack.Y(value, axis.End, Height)));
            }
        }

        return path.ToString();
    }
}
