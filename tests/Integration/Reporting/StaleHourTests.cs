using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>
/// An hour with a stale mark that may affect a report is read from raw rows; all other hours come from buckets.
/// </summary>
public sealed class StaleHourTests(DatabaseFixture fixture) : PendingReportTests(fixture)
{
    private static readonly ReportWindow OneDay = ReportWindow.Between(new(2026, 5, 6), new(2026, 5, 6), DateTimeZone.Utc);

    [Fact]
    public async Task A_stale_hour_is_read_from_raw_rows_and_the_others_from_buckets()
    {
        await MarkAsync(Noon, MyTask);
        await MarkAsync(Noon + Duration.FromHours(2), agent: MyAgent);
        await ShouldComeFromBucketsAsync(Hours - 2);
    }

    [Fact]
    public async Task A_stale_whole_hour_affects_everybody()
    {
        await MarkAsync(Noon);
        await ShouldComeFromBucketsAsync(Hours - 1);
    }

    [Fact]
    public async Task A_mark_that_is_younger_than_the_limit_and_one_outside_the_window_make_nothing_stale()
    {
        await MarkAsync(Noon, MyTask, age: "4 minutes");
        await MarkAsync(task: MyTask, age: "4 minutes");
        await MarkAsync(Noon + Duration.FromDays(30), MyTask);
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task Stale_marks_of_another_workspace_make_nothing_stale()
    {
        await MarkAsync(Noon, TheirTask);
        await MarkAsync(Noon + Duration.FromHours(1), agent: TheirAgent);
        await MarkAsync(task: TheirTask);
        await MarkAsync(issue: TheirIssue);
        await MarkAsync(agent: TheirAgent);
        await ShouldComeFromBucketsAsync(Hours);
        (await ReadAsync(Theirs)).Source.ShouldBe(ReportSource.Raw);
    }

    [Fact]
    public async Task An_agent_that_left_the_workspace_affects_it_while_its_buckets_remain()
    {
        var agent = await Seed.Agent(Mine);
        var task = await TaskAsync(agent, model: "moving");
        await DrainAsync();
        await Database.ExecuteAsync(
            "update public.agent set workspace_id = @Theirs where id = @agent; truncate usage_rollup.dirty", new { Theirs, agent });
        await MarkAsync(Noon, task);
        await ShouldBeLeftInBucketsAsync("moving", Hours - 1);
        await MarkAsync(Noon + Duration.FromHours(1), agent: agent);
        await ShouldBeLeftInBucketsAsync("moving", Hours - 2);
        await MarkAsync(task: task);
        await ShouldBeLeftInBucketsAsync("moving", 0);
    }

    [Fact]
    public async Task A_task_that_moved_to_another_workspace_affects_the_one_it_left()
    {
        var agent = await Seed.Agent(Mine);
        var task = await TaskAsync(agent, model: "taken");
        await DrainAsync();
        await Database.ExecuteAsync(
            "update public.agent_task_queue set agent_id = @TheirAgent where id = @task; truncate usage_rollup.dirty",
            new { TheirAgent, task });
        await MarkAsync(Noon, task);
        await ShouldBeLeftInBucketsAsync("taken", Hours - 1);
        await MarkAsync(task: task);
        await ShouldBeLeftInBucketsAsync("taken", 0);
    }

    [Fact]
    public async Task A_deleted_agent_affects_the_workspace_of_its_buckets()
    {
        var (mine, theirs) = (await Seed.Agent(Mine), await Seed.Agent(Theirs));
        await TaskAsync(mine, model: "deleted");
        await TaskAsync(theirs);
        await DrainAsync();
        await Database.ExecuteAsync(
            """
            delete from public.agent where id in (@mine, @theirs);
            update usage_rollup.dirty set enqueued_at = now() - interval '6 minutes'
            """,
            new { mine, theirs });
        await ShouldBeLeftInBucketsAsync("deleted", 0);
        await Database.ExecuteAsync("delete from usage_rollup.hourly where agent_id = @mine", new { mine });
        await RaiseBucketsAsync();
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task An_unknown_task_affects_everybody()
    {
        await MarkAsync(Noon, Guid.NewGuid());
        await ShouldComeFromBucketsAsync(Hours - 1);
    }

    [Fact]
    public async Task A_runtimes_report_is_not_made_stale_by_a_task_on_another_runtime()
    {
        var elsewhere = await TaskAsync(await Seed.Agent(Mine), runtime: await Seed.Runtime(Mine), model: "elsewhere");
        await DrainAsync();
        await RaiseBucketsAsync();
        await MarkAsync(Noon, elsewhere);
        (await RuntimeInputAsync()).ShouldBe(Hours * 1_001);
        await MarkAsync(Noon + Duration.FromHours(1), MyTask);
        (await RuntimeInputAsync()).ShouldBe((Hours * 1_001) - 1_000);

        async Task<decimal> RuntimeInputAsync() =>
            (await Reports.RuntimeDailyAsync(Mine, MyRuntime, Week, cancellationToken: Cancellation)).Rows.Sum(row => row.InputTokens);
    }

    [Fact]
    public async Task Half_of_a_windows_hours_may_be_stale_and_more_make_it_raw()
    {
        for (var hour = 0; hour < 12; hour++)
        {
            await MarkAsync(Noon - Duration.FromHours(hour));
        }

        await ShouldComeFromBucketsAsync(Hours - 1, window: OneDay);
        await MarkAsync(Noon + Duration.FromHours(6));
        await ShouldComeFromRawRowsAsync(window: OneDay);
        await ShouldComeFromBucketsAsync(Hours - 1);
    }

    /// <summary>Usage that moved away is still in a given number of the buckets that are read.</summary>
    private async Task ShouldBeLeftInBucketsAsync(string model, int hours)
    {
        var report = await ReadAsync(Mine);
        report.Rows.Where(row => row.Model.StartsWith(model, StringComparison.Ordinal)).Sum(row => row.EventCount).ShouldBe(hours);
    }
}
