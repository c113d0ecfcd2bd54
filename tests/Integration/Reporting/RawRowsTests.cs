using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Raw rows are found by time or by agent, whichever visits fewer entries; the figures are the same.</summary>
public sealed class RawRowsTests(RandomUsageFixture fixture) : IClassFixture<RandomUsageFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> SomeZones => ["UTC", "Asia/Kolkata", "America/St_Johns"];

    [Theory]
    [MemberData(nameof(SomeZones))]
    public async Task Both_access_paths_find_the_same_rows(string zone)
    {
        Random random = new(zone.Length);
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(Cancellation);
        foreach (var anchor in RandomUsage.Anchors)
        {
            var date = anchor.InZone(TimeZones.Parse(zone)).Date;
            var window = ReportWindow.Between(date.PlusDays(-2), date.PlusDays(2), TimeZones.Parse(zone));
            foreach (var axis in Enum.GetValues<ReportAxis>())
            {
                // Cut hours, some of them adjacent, and the whole window.
                var parts = WindowParts.Of(window, axis).WithCut(
                    from hour in Enumerable.Range(30, 40) where random.Next(2) == 0
                    select HourBucket.Containing(window.Start + Duration.FromHours(hour)).Start);
                foreach (var ranges in new[] { parts.Cuts, [parts.Window] })
                {
                    foreach (var scope in Scopes())
                    {
                        await CompareAsync(connection, scope, axis, parts, ranges);
                    }
                }
            }
        }
    }

    [Fact]
    public async Task The_access_path_that_visits_fewer_rows_is_used()
    {
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(Cancellation);
        var small = await fixture.Database.Seed.Workspace();
        var agent = await fixture.Database.Seed.Agent(small);
        await fixture.Database.Seed.UsageRow(await fixture.Database.Seed.AgentTask(agent), createdAt: RandomUsage.Anchors[0]);
        InstantRange all = new(Instant.FromUtc(2000, 1, 1, 0, 0), Instant.FromUtc(2101, 1, 1, 0, 0));
        InstantRange nothing = new(Instant.FromUtc(2001, 1, 1, 0, 0), Instant.FromUtc(2001, 1, 2, 0, 0));
        (await ChooseAsync(small, all)).ShouldBeTrue("one task against all usage");
        (await ChooseAsync(small, nothing)).ShouldBeFalse("no usage in that day");
        (await ChooseAsync(fixture.Usage.Workspaces[0], RangeOf(RandomUsage.Anchors[0]))).ShouldBeFalse("all tasks against an hour");

        async Task<bool> ChooseAsync(Guid workspace, InstantRange range) =>
            (await RawRows.ChooseAsync(connection, ReportScope.Of(workspace, null), [range], Cancellation)).ByAgent;

        static InstantRange RangeOf(Instant start) => new(start, start + Duration.FromHours(1));
    }

    private IEnumerable<ReportScope> Scopes()
    {
        yield return ReportScope.Of(fixture.Usage.Workspaces[0], null);
        yield return ReportScope.Of(fixture.Usage.Workspaces[1], new(AgentId: fixture.Usage.Agents[4], Provider: "OpenAI"));
        yield return ReportScope.Of(fixture.Usage.Workspaces[1], new(AgentId: fixture.Usage.Agents[0]));
        yield return ReportScope.Of(fixture.Usage.Workspaces[0], new() { OtherAgents = true }, fixture.Usage.Agents.Take(3).ToHashSet());
        yield return ReportScope.Of(fixture.Usage.Workspaces[0], new() { WithoutRuntime = true });
        yield return ReportScope.Of(fixture.Usage.Workspaces[0], new() { RuntimeId = fixture.Usage.Runtimes[1] });
    }

    private static async Task CompareAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, IReadOnlyList<InstantRange> ranges)
    {
        var byTime = await ReadAsync(byAgent: false);
        var byAgent = await ReadAsync(byAgent: true);
        byAgent.Cells.ShouldBe(byTime.Cells, ignoreOrder: true);
        byAgent.Tasks.ShouldBe(byTime.Tasks, ignoreOrder: true);
        if (TaskSets.CanCount(scope) && axis is not (ReportAxis.Day or ReportAxis.Week or ReportAxis.Month or ReportAxis.LocalHour or ReportAxis.Hour))
        {
            (await SetsAsync(byAgent: false)).ShouldBe(byTime.Tasks, ignoreOrder: true);
            (await SetsAsync(byAgent: true)).ShouldBe(byTime.Tasks, ignoreOrder: true);
        }

        async Task<(IReadOnlyList<UsageCell> Cells, IReadOnlyList<EntityTasks> Tasks)> ReadAsync(bool byAgent) => (
            await RawCells.ReadAsync(connection, scope, axis, parts, new(ranges, byAgent), Prices.Estimate, Cancellation),
            await TaskCounts.CountRowsAsync(connection, scope, axis, parts, new(ranges, byAgent), Cancellation));

        async Task<IEnumerable<EntityTasks>> SetsAsync(bool byAgent)
        {
            using EntityTaskCount tasks = new();
            await TaskSets.AddRowsAsync(connection, scope, axis, new(ranges, byAgent), tasks, Cancellation);
            return tasks.Counts;
        }
    }
}
