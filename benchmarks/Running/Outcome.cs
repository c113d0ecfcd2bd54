namespace Usage.Benchmarks.Running;

/// <summary>What a benchmark found.</summary>
/// <param name="Ratio">The figure that is compared with the target.</param>
/// <param name="Meaning">What the ratio divides by what, and the target.</param>
/// <param name="Competitors">In the order of the table.</param>
/// <param name="Drift">Buckets that differ from the raw rows at the end: anything but 0 voids the figures.</param>
/// <param name="Figures">Sizes and further figures for the last line, by name.</param>
internal sealed record Outcome(
    double Ratio, string Meaning, IReadOnlyList<Series> Competitors, long Drift, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The same with one more figure.</summary>
    public Outcome With(string figure, double value) => this with { Figures = new Dictionary<string, double>(Figures) { [figure] = value } };
}
