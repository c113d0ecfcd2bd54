using Npgsql;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Histories;
using Xunit;

namespace Usage.Tests.Integration.Poolers;

/// <summary>Histories whose hosts share the connections of a pooler.</summary>
public sealed class PooledHistoryTests(DatabaseFixture fixture, PoolerFixture pooler, ITestOutputHelper output)
    : HistoryTestBase(fixture), IClassFixture<DatabaseFixture>, IClassFixture<PoolerFixture>
{
    private const int Count = 12;

    private protected override Action<NpgsqlConnectionStringBuilder> Route => pooler.Pooler.Route;

    /// <summary>Backends have no owner here: killing one that a host used would hit its next user.</summary>
    private protected override History Adapt(History history) =>
        history with { Drainers = [.. history.Drainers.Select(drainer => drainer with { Deaths = 0, SilenceAllowed = null })] };

    [Fact]
    public async Task After_any_history_through_a_pooler_the_rollup_is_the_group_by_of_the_raw_rows()
    {
        for (var seed = 1UL; seed <= Count; seed++)
        {
            await PlayAsync(seed);
        }

        output.WriteLine(Tally.ToString());
    }
}
