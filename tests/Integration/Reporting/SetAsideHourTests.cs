using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>What is set aside is read from raw rows immediately, and only in the reports that it affects.</summary>
public sealed class SetAsideHourTests(DatabaseFixture fixture) : PendingReportTests(fixture)
{
    private static readonly ReportOptions Fresh = new(Fresh: true);

    public static TheoryData<bool> FreshOrNot => [false, true];

    [Theory]
    [MemberData(nameof(FreshOrNot))]
    public async Task An_agent_that_was_set_aside_in_an_hour_is_read_from_raw_rows_there(bool fresh)
    {
        await SetAsideAsync(Noon, MyAgent);
        await ShouldComeFromBucketsAsync(Hours - 1, new(Fresh: fresh));
    }

    [Theory]
    [MemberData(nameof(FreshOrNot))]
    public async Task An_hour_that_was_set_aside_as_a_whole_is_read_from_raw_rows_in_every_report(bool fresh)
    {
        await SetAsideAsync(Noon);
        await ShouldComeFromBucketsAsync(Hours - 1, new(Fresh: fresh));
    }

    [Theory]
    [MemberData(nameof(FreshOrNot))]
    public async Task Usage_set_aside_for_another_workspace_or_outside_the_window_has_no_effect(bool fresh)
    {
        await SetAsideAsync(Noon, TheirAgent);
        await SetAsideAsync(null, task: TheirTask);
        await SetAsideAsync(Noon + Duration.FromDays(30));
        await SetAsideAsync(Noon + Duration.FromHours(1), Guid.NewGuid());
        await ShouldComeFromBucketsAsync(Hours, new(Fresh: fresh));
    }

    [Fact]
    public async Task A_moved_agent_affects_the_workspace_in_which_it_left_a_bucket()
    {
        await Database.ExecuteAsync(
            "update public.agent set workspace_id = @Theirs where id = @MyAgent; truncate usage_rollup.dirty", new { Theirs, MyAgent });
        await SetAsideAsync(Noon, MyAgent);
        (await ReadAsync(Mine)).Rows.Sum(row => row.EventCount).ShouldBe(Hours - 1, "its usage of that hour is theirs now");
        (await ReadAsync(Theirs)).Rows.Where(row => row.Model == "gpt 0").Sum(row => row.EventCount).ShouldBe(2);
    }

    [Fact]
    public async Task A_deleted_agent_affects_the_workspace_in_which_it_left_a_bucket()
    {
        await Database.ExecuteAsync("delete from public.agent where id = @MyAgent; truncate usage_rollup.dirty", new { MyAgent });
        await SetAsideAsync(Noon, MyAgent);
        (await ReadAsync(Mine)).Rows.Sum(row => row.EventCount).ShouldBe(Hours - 1);
        (await ReadAsync(Theirs)).Rows.Sum(row => row.InputTokens).ShouldBe(Hours * 1_001);
    }

    [Fact]
    public async Task A_task_whose_hours_could_not_be_found_makes_the_report_read_raw_rows()
    {
        await SetAsideAsync(null, task: MyTask);
        await ShouldComeFromRawRowsAsync();
        await ShouldComeFromRawRowsAsync(Fresh);
    }

    [Fact]
    public async Task A_sum_beyond_64_bits_is_in_every_report_and_does_not_affect_other_workspaces()
    {
        for (var i = 0; i < 2; i++)
        {
            await Seed.UsageRow(await Seed.AgentTask(MyAgent), input: long.MaxValue, createdAt: Noon);
        }

        await DrainAsync();
        (await EngineUnderTest.GetStatusAsync(Cancellation)).SetAside.ShouldHaveSingleItem().BucketHour.ShouldBe(Noon);
        foreach (var options in new[] { ReportOptions.Default, Fresh })
        {
            var report = await ReadAsync(Mine, options);
            (report.Source, report.Rows.Sum(row => row.InputTokens)).ShouldBe(
                (ReportSource.Rollup, Hours + (2m * long.MaxValue) + (1_000 * (Hours - 1))));
            (await ReadAsync(Theirs, options)).Source.ShouldBe(ReportSource.Rollup);
        }
    }

    [Fact]
    public async Task Tasks_of_an_agent_that_was_set_aside_are_counted_once_in_every_total()
    {
        for (var i = 0; i < 2; i++)
        {
            await Seed.UsageRow(await Seed.AgentTask(MyAgent), input: long.MaxValue, createdAt: Noon);
        }

        await DrainAsync();
        foreach (var mode in new[] { ReportMode.Auto, ReportMode.Raw })
        {
            ReportOptions options = new(mode);
            var total = (await Reports.WorkspaceTotalAsync(Mine, Week, options: options, cancellationToken: Cancellation)).Rows.Single();
            total.TaskCount.ShouldBe(3, "one task of many hours, and two that the agent's sum is over 64 bits with");
            (await Reports.WorkspaceAgentsAsync(Mine, Week, options: options, cancellationToken: Cancellation)).Rows
                .Select(agent => (agent.AgentId, agent.TaskCount)).ShouldBe([(MyAgent, 3)]);
        }
    }

    [Fact]
    public async Task A_fresh_report_reads_what_is_left_of_a_busy_hour_from_raw_rows()
    {
        await SetAsideAsync(Noon, MyAgent);
        await MarkAsync(Noon, MyTask, age: "0 seconds");
        await MarkAsync(Noon, TheirTask, age: "0 seconds", origin: 1);
        await ShouldComeFromBucketsAsync(Hours - 1, Fresh);
    }
}
