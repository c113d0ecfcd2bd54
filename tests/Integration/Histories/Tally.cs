using System.Collections.Concurrent;

namespace Usage.Tests.Integration.Histories;

/// <summary>Counts the events of histories.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, long> events = [];
    private readonly ConcurrentDictionary<string, long> refusals = [];
    private readonly ConcurrentDictionary<string, long> deaths = [];
    private long transactions;
    private long drains;

    /// <summary>Number of commits per event.</summary>
    public IReadOnlyDictionary<string, long> Events => events;

    public long Histories { get; set; }

    public long Transactions => Interlocked.Read(ref transactions);

    public long Drains => Interlocked.Read(ref drains);

    /// <summary>How often drains ended early, however that was.</summary>
    public string DeathsInAll => Lines(deaths);

    public void Committed(IEnumerable<Statement> statements)
    {
        Interlocked.Increment(ref transactions);
        foreach (var statement in statements)
        {
            Add(events, statement.Event);
        }
    }

    public void Refused(string sqlState) => Add(refusals, sqlState);

    public void Died(string how) => Add(deaths, how);

    public void Drained() => Interlocked.Increment(ref drains);

    public override string ToString() =>
        $"""
        {Histories} histories, {transactions} transactions committed, {drains} drains committed
        refused: {Lines(refusals)}
        drains ended early: {Lines(deaths)}
        events: {Lines(events)}
        """;

    private static void Add(ConcurrentDictionary<string, long> counts, string what) =>
        counts.AddOrUpdate(what, 1, static (_, count) => count + 1);

    private static string Lines(ConcurrentDictionary<string, long> counts) =>
        string.Join(", ", counts.OrderByDescending(entry => entry.Value).Select(entry => $"{entry.Key} {entry.Value}"));
}
