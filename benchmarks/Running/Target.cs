using System.Globalization;

namespace Usage.Benchmarks.Running;

/// <summary>What a figure of a benchmark must reach, at the default scale.</summary>
/// <param name="Figure">Its name in the last line.</param>
/// <param name="Limit">The last value that is good, in the figure's unit.</param>
/// <param name="IsLeast">Whether more is better.</param>
internal sealed record Target(string Figure, double Limit, bool IsLeast)
{
    public const string Ratio = "ratio";

    public static Target AtLeast(string figure, double limit) => new(figure, limit, IsLeast: true);

    public static Target AtMost(string figure, double limit) => new(figure, limit, IsLeast: false);

    public bool IsMetBy(double value) => IsLeast ? value >= Limit : value <= Limit;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Figure} {(IsLeast ? "at least" : "at most")} {Limit}");
}
