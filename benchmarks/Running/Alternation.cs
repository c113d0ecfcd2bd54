namespace Usage.Benchmarks.Running;

/// <param name="Name">Name in the table.</param>
/// <param name="Prepare">Prepares the database; not measured.</param>
/// <param name="Measure">Does the work once and returns the measurement.</param>
internal sealed record Competitor(string Name, Func<CancellationToken, Task> Prepare, Func<CancellationToken, Task<double>> Measure);

/// <summary>
/// Runs competitors alternately, in reverse order every other round, so that changing load on the machine affects all equally.
/// </summary>
internal static class Alternation
{
    /// <param name="unit">Unit of the measurements.</param>
    /// <param name="rounds">Number of measured rounds.</param>
    /// <param name="competitors">In the order of the table.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <param name="warmUp">Whether to run an unmeasured round first.</param>
    public static async Task<IReadOnlyList<Series>> RunAsync(
        string unit, int rounds, IReadOnlyList<Competitor> competitors, CancellationToken cancellationToken, bool warmUp = true)
    {
        var values = competitors.ToDictionary(competitor => competitor.Name, _ => new List<double>());
        for (var round = warmUp ? 0 : 1; round <= rounds; round++)
        {
            foreach (var competitor in round % 2 == 0 ? competitors : competitors.Reverse())
            {
                await competitor.Prepare(cancellationToken);
                var value = await competitor.Measure(cancellationToken);
                Console.Error.WriteLine($"round {round} of {rounds}: {competitor.Name} {value:N3} {unit}");
                if (round > 0)
                {
                    values[competitor.Name].Add(value);
                }
            }
        }

        return [.. competitors.Select(competitor => new Series(competitor.Name, unit, values[competitor.Name]))];
    }
}
