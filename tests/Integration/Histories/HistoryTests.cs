using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

public sealed class HistoryTests(DatabaseFixture fixture, ITestOutputHelper output) : HistoryPlayers(fixture)
{
    private const int Count = 30;

    private static readonly string[] MustOccur =
    [
        "a usage row is inserted", "a usage row is upserted", "counters are corrected", "a usage row is dated anew",
        "a provider or model is edited", "a usage row moves to another task", "usage rows are deleted", "a sum leaves 64 bits",
        "usage rows are merged", "every task gets usage", "an hour's usage moves to another", "an hour's usage is deleted",
        "usage is truncated", "usage is copied in", "a task moves to another runtime", "a task moves to another issue",
        "a task moves to another agent", "a task moves to another agent and runtime", "many tasks move", "a task is finished",
        "an issue moves to another project", "an agent moves to another workspace", "an agent moves to another runtime",
        "one statement deletes usage and its task", "a task is created under an old id", "an agent is created under an old id",
        "a task is deleted", "an issue is deleted", "a runtime is deleted", "a project is deleted", "an agent is deleted",
        "a workspace is deleted", "workspaces come back", "tasks come back", "a savepoint", "a savepoint's end", "a pause",
    ];

    [Fact]
    public async Task After_any_history_the_rollup_is_the_group_by_of_the_raw_rows()
    {
        for (var seed = 1UL; seed <= Count; seed++)
        {
            await PlayAsync(seed);
        }

        output.WriteLine(Tally.ToString());
        MustOccur.Except(Tally.Events.Keys).ShouldBeEmpty("every kind of event must be committed at least once");
    }
}
