namespace Usage.Dashboard.Charts;

/// <summary>The colour steps of a heatmap.</summary>
internal static class Heat
{
    public const int Steps = 5;

    /// <summary>
    /// 0 for zero, otherwise 1 to 5 by the share of the greatest value. The square root spreads small values, because usage is
    /// heavily skewed.
    /// </summary>
    public static int Step(decimal value, decimal greatest) =>
        value <= 0 || greatest <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(Math.Sqrt((double)(value / greatest)) * Steps), 1, Steps);
}
