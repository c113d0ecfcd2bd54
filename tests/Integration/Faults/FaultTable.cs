using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Usage.Tests.Integration.Faults;
using Xunit;

[assembly: AssemblyFixture(typeof(FaultTable))]

namespace Usage.Tests.Integration.Faults;

/// <summary>
/// Counts how often each fault was tried, and how long the engine took to recover. With <c>USAGE_FAULTS_TABLE</c> it writes the
/// table to that file at the end of the run, for docs/operating.md.
/// </summary>
public sealed class FaultTable : IDisposable
{
    public const string TableVariable = "USAGE_FAULTS_TABLE";

    private readonly ConcurrentBag<(string Fault, TimeSpan Recovery, long Lost)> trials = [];

    /// <param name="fault">What happened, as the table names it.</param>
    /// <param name="recovery">From the end of the fault until the rollup was exact.</param>
    /// <param name="lost">Buckets that differ from the raw rows then, each of a mark that was lost.</param>
    public void Add(string fault, TimeSpan recovery, long lost) => trials.Add((fault, recovery, lost));

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable(TableVariable) is { Length: > 0 } file && !trials.IsEmpty)
        {
            File.WriteAllText(file, Table());
        }
    }

    private string Table()
    {
        StringBuilder table = new("| fault | times tried | marks lost | time to recover, median | longest |\n|---|---|---|---|---|\n");
        foreach (var fault in trials.GroupBy(trial => trial.Fault).OrderBy(fault => fault.Key, StringComparer.Ordinal))
        {
            var times = fault.Select(trial => trial.Recovery.TotalSeconds).Order().ToList();
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {fault.Key} | {times.Count} | {fault.Sum(trial => trial.Lost)} | {times[times.Count / 2]:0.00} s | {times[^1]:0.00} s |\n");
        }

        return table.ToString();
    }
}
