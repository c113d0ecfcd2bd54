using System.Text;
using FsCheck;
using Npgsql;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

/// <summary>Shared by tests that run histories: a database, its hosts, and a failure report.</summary>
public abstract class HistoryTestBase(DatabaseFixture fixture) : IAsyncLifetime
{
    private const int AttemptsToShrink = 120;
    private const int RepetitionsOfASmallerHistory = 3;

    private readonly Arbitrary<History> histories = fixture.IsPartitioned ? HistoryGenerator.Partitioned : HistoryGenerator.Any;
    private HistoryHosts hosts = null!;
    private HistoryRun run = null!;

    private protected Tally Tally { get; } = new();

    /// <summary>The address that hosts connect to, if not the server itself.</summary>
    private protected virtual Action<NpgsqlConnectionStringBuilder>? Route => null;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected TestDatabase Database => fixture.Database;

    public async ValueTask InitializeAsync()
    {
        hosts = new(Database, superuser: await Database.ScalarAsync<string>("show is_superuser") == "on", Route);
        run = new(Database, hosts, Tally);
    }

    public async ValueTask DisposeAsync()
    {
        await hosts.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the history for a seed. On failure, shrinks it to a small failing history.</summary>
    private protected async Task PlayAsync(ulong seed)
    {
        var history = Adapt(histories.Of(seed));
        var problems = await run.PlayAsync(history, Cancellation);
        if (problems.Count > 0)
        {
            var (smallest, problemsThen) = await ShrinkAsync(history, problems);
            Assert.Fail(Describe(seed, smallest, problems, problemsThen));
        }
    }

    /// <summary>Adapts a history to this test's setup.</summary>
    private protected virtual History Adapt(History history) => history;

    /// <summary>Shrinks greedily. A failure that does not recur within a few repetitions counts as passing.</summary>
    private async Task<(History History, IReadOnlyList<string> Problems)> ShrinkAsync(
        History history, IReadOnlyList<string> problems)
    {
        var attempts = 0;
        while (true)
        {
            var smaller = false;
            foreach (var candidate in histories.Shrinker(history))
            {
                for (var repetition = 0; !smaller && repetition < RepetitionsOfASmallerHistory; repetition++)
                {
                    if (attempts++ > AttemptsToShrink)
                    {
                        return (history, problems);
                    }

                    if (await run.PlayAsync(candidate, Cancellation) is { Count: > 0 } found)
                    {
                        (history, problems, smaller) = (candidate, found, true);
                    }
                }

                if (smaller)
                {
                    break;
                }
            }

            if (!smaller)
            {
                return (history, problems);
            }
        }
    }

    private string Describe(
        ulong seed, History smallest, IReadOnlyList<string> problems, IReadOnlyList<string> problemsThen) =>
        new StringBuilder($"The history of seed {seed} breaks the rollup:\n").AppendJoin('\n', problems)
            .AppendLine().AppendLine()
            .AppendLine($"To play the same script again: {SoakTests.SeedVariable}={seed}{(fixture.IsPartitioned ? $" {SoakDatabaseFixture.PartitionedVariable}=1" : "")}, tests of the category Soak.")
            .AppendLine("How its transactions interleave is up to the scheduler, so it may take some repetitions.")
            .AppendLine().AppendLine("The smallest history found that does so too:").AppendJoin('\n', problemsThen)
            .AppendLine().AppendLine().AppendLine(World.Legend).Append(smallest).ToString();
}
