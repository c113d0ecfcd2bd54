namespace Usage.Benchmarks.Running;

/// <summary>The result of a benchmark.</summary>
/// <param name="Ratio">The ratio between competitors.</param>
/// <param name="Meaning">What the ratio is.</param>
/// <param name="Targets">The targets, the ratio's first.</param>
/// <param name="Competitors">In the order of the table.</param>
/// <param name="Drift">Number of buckets that differ from the raw rows at the end: any drift invalidates the figures.</param>
/// <param name="Figures">Sizes and other figures for the last line, by name.</param>
internal sealed record Outcome(
    double Ratio, string Meaning, IReadOnlyList<Target> Targets, IReadOnlyList<Series> Competitors, long Drift,
    IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Targets that were not met. A figure that could not be measured here misses no target.</summary>
    public IReadOnlyList<(Target Target, double Value)> Missed =>
    [
        .. from target in Targets
           let value = target.Figure == Target.Ratio ? Ratio : Figures.TryGetValue(target.Figure, out var figure) ? figure : (double?)null
           where value is { } measured && !target.IsMetBy(measured)
           select (target, value.Value),
    ];

    /// <summary>Whether the figures are valid and meet their targets.</summary>
    public bool Succeeded => Drift == 0 && Missed.Count == 0;

    /// <summary>Adds a figure.</summary>
    public Outcome With(string figure, double value) => this with { Figures = new Dictionary<string, double>(Figures) { [figure] = value } };
}
