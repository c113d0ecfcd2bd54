namespace Usage.Dashboard.Charts;

/// <summary>Steps of a heatmap's colour.</summary>
internal static class Heat
{
    public const int Steps = 5;

    /// <summary>
    /// 0 for nothing, then 1 to 5 by the share of the greatest value. The root spreads what is small, which usage mostly is.
    /// </summary>
    public static int Step(decimal value, decimal greatest) =>
        value <= 0 || greatest <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(Math.Sqrt((double)(value / greatest)) * Steps), 1, Steps);
}
