using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

public sealed class HistoryTests(DatabaseFixture fixture, ITestOutputHelper output) : HistoryTestBase(fixture), IClassFixture<DatabaseFixture>
{
    private const int Count = 30;

    [Fact]
    public async Task After_any_history_the_rollup_is_the_group_by_of_the_raw_rows()
    {
        // Whether a rare event commits depends on the other sessions' timing.
        for (var seed = 1UL; seed <= Count || (Missing().Any() && seed <= 3 * Count); seed++)
        {
            await PlayAsync(seed);
        }

        output.WriteLine(Tally.ToString());
        Missing().ShouldBeEmpty("every kind of event must be committed at least once");
    }

    private IEnumerable<string> Missing() => HistoryEvents.Ordinary.Except(Tally.Events.Keys);
}
