using System.Globalization;

namespace Usage.Benchmarks.Running;

/// <summary>A target for a benchmark's figure, at the default scale.</summary>
/// <param name="Figure">The figure's name in the last line.</param>
/// <param name="Limit">The inclusive limit, in the figure's unit.</param>
/// <param name="IsLeast">Whether the limit is a minimum.</param>
internal sealed record Target(string Figure, double Limit, bool IsLeast)
{
    public const string Ratio = "ratio";

    public static Target AtLeast(string figure, double limit) => new(figure, limit, IsLeast: true);

    public static Target AtMost(string figure, double limit) => new(figure, limit, IsLeast: false);

    public bool IsMetBy(double value) => IsLeast ? value >= Limit : value <= Limit;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Figure} {(IsLeast ? "at least" : "at most")} {Limit}");
}
