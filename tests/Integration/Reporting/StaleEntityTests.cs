using NodaTime;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>A stale mark without an hour makes a report read raw rows if it may affect the report.</summary>
public sealed class StaleEntityTests(DatabaseFixture fixture) : PendingReportTests(fixture)
{
    [Theory]
    [InlineData("task")]
    [InlineData("issue")]
    [InlineData("agent")]
    [InlineData("everything")]
    public async Task A_stale_mark_without_an_hour_that_may_affect_the_report_makes_it_read_raw_rows(string kind)
    {
        await (kind switch
        {
            "task" => MarkAsync(task: MyTask),
            "issue" => MarkAsync(issue: MyIssue),
            "agent" => MarkAsync(agent: MyAgent),
            _ => MarkAsync(),
        });
        await ShouldComeFromRawRowsAsync();
    }

    [Fact]
    public async Task A_stale_mark_of_a_task_without_usage_in_the_window_makes_nothing_stale()
    {
        var task = await Seed.AgentTask(MyAgent);
        await Seed.UsageRow(task, createdAt: Noon - Duration.FromDays(60));
        await DrainAsync();
        await RaiseBucketsAsync();
        await MarkAsync(task: task);
        await ShouldComeFromBucketsAsync(Hours);
    }
}
