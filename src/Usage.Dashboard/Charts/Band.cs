namespace Usage.Dashboard.Charts;

/// <summary>The horizontal extent of one of several equal columns, in thousandths of the total width.</summary>
internal readonly record struct Band(decimal Start, decimal Width)
{
    public const decimal Whole = 1_000m;

    private const decimal GapShare = 0.22m;
    private const decimal WidestColumn = 64m;

    public decimal Middle => Start + (Width / 2);

    public decimal End => Start + Width;

    /// <summary>A column's full share of the width.</summary>
    public static Band Slot(int index, int count) => new(Whole * index / count, Whole / count);

    /// <summary>The painted part: the share minus a gap, with a maximum width.</summary>
    public static Band Column(int index, int count)
    {
        var slot = Slot(index, count);
        var width = Math.Min(slot.Width * (1 - GapShare), WidestColumn);
        return new(slot.Middle - (width / 2), width);
    }
}
