namespace Usage.Benchmarks.Running;

/// <param name="Name">As in the table.</param>
/// <param name="Prepare">Brings the database to the start; not measured.</param>
/// <param name="Measure">Does the work once and says what it measured.</param>
internal sealed record Competitor(string Name, Func<CancellationToken, Task> Prepare, Func<CancellationToken, Task<double>> Measure);

/// <summary>Runs competitors by turns, in the opposite order every other round, so that what drifts on the machine hits all alike.</summary>
internal static class Alternation
{
    /// <param name="unit">Of what is measured.</param>
    /// <param name="rounds">Rounds that count.</param>
    /// <param name="competitors">In the order of the table.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="warmUp">Whether a round that doesn't count goes before them.</param>
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
