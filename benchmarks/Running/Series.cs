namespace Usage.Benchmarks.Running;

/// <summary>The measurements of one competitor, one value per round.</summary>
internal sealed record Series(string Name, string Unit, IReadOnlyList<double> Values)
{
    public double Median => Quantile(Values, 0.5);

    public double Least => Values.Min();

    public double Most => Values.Max();

    /// <summary>The median over the rounds of this series' value divided by the other's in the same round.</summary>
    public double RatioTo(Series other) => Quantile([.. Values.Zip(other.Values, (mine, theirs) => mine / theirs)], 0.5);

    /// <summary>The value below which a share of the values lies, interpolated.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        double[] sorted = [.. values.Order()];
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
