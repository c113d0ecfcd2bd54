using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

public sealed class PartitionedHistoryTests(PartitionedDatabaseFixture fixture, ITestOutputHelper output)
    : HistoryTestBase(fixture), IClassFixture<PartitionedDatabaseFixture>
{
    private const ulong First = 1_001;
    private const int Count = 30;

    [Fact]
    public async Task After_any_history_of_tables_and_their_partitions_the_rollup_is_the_group_by_of_the_raw_rows()
    {
        // Whether a rare event commits depends on the other sessions' timing.
        for (var seed = First; seed < First + Count || (Missing().Any() && seed < First + (3 * Count)); seed++)
        {
            await PlayAsync(seed);
        }

        output.WriteLine(Tally.ToString());
        Missing().ShouldBeEmpty("every kind of event must be committed at least once");
    }

    private IEnumerable<string> Missing() => HistoryEvents.Ordinary.Concat(HistoryEvents.InPartitions).Except(Tally.Events.Keys);
}
