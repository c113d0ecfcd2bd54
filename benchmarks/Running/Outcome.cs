namespace Usage.Benchmarks.Running;

/// <summary>What a benchmark found.</summary>
/// <param name="Ratio">The figure that competitors are compared by.</param>
/// <param name="Meaning">What the ratio divides by what.</param>
/// <param name="Targets">What must be reached, the ratio's target first.</param>
/// <param name="Competitors">In the order of the table.</param>
/// <param name="Drift">Buckets that differ from the raw rows at the end: anything but 0 voids the figures.</param>
/// <param name="Figures">Sizes and further figures for the last line, by name.</param>
internal sealed record Outcome(
    double Ratio, string Meaning, IReadOnlyList<Target> Targets, IReadOnlyList<Series> Competitors, long Drift,
    IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Targets that a figure has not reached; a figure that could not be measured here has missed none.</summary>
    public IReadOnlyList<(Target Target, double Value)> Missed =>
    [
        .. from target in Targets
           let value = target.Figure == Target.Ratio ? Ratio : Figures.TryGetValue(target.Figure, out var figure) ? figure : (double?)null
           where value is { } measured && !target.IsMetBy(measured)
           select (target, value.Value),
    ];

    /// <summary>Whether the figures count and reach their targets.</summary>
    public bool Succeeded => Drift == 0 && Missed.Count == 0;

    /// <summary>The same with one more figure.</summary>
    public Outcome With(string figure, double value) => this with { Figures = new Dictionary<string, double>(Figures) { [figure] = value } };
}
