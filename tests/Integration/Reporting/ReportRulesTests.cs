using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

public sealed class ReportRulesTests(DatabaseFixture fixture) : ReportingTests(fixture)
{
    [Fact]
    [Trait("Field", "18")]
    public async Task Reports_by_agent_and_by_hour_need_no_raw_row()
    {
        var workspace = await Seed.Workspace();
        var runtime = await Seed.Runtime(workspace);
        var task = await Seed.AgentTask(await Seed.Agent(workspace), runtime: runtime);
        await Seed.UsageRow(task, input: 41, createdAt: Noon);
        await BackfillAsync();
        await Database.ExecuteAsync(
            "set session_replication_role = replica; delete from public.task_usage where task_id = @task", new { task });

        ShouldBeWhole(await Reports.WorkspaceByAgentAsync(workspace, Week, cancellationToken: Cancellation));
        ShouldBeWhole(await Reports.WorkspaceByHourAsync(workspace, Week, cancellationToken: Cancellation));
        ShouldBeWhole(await Reports.RuntimeByAgentAsync(workspace, runtime, Week, cancellationToken: Cancellation));
        ShouldBeWhole(await Reports.RuntimeByHourAsync(workspace, runtime, Week, cancellationToken: Cancellation));

        static void ShouldBeWhole<TRow>(UsageReport<TRow> report)
            where TRow : UsageFigures
        {
            report.Source.ShouldBe(ReportSource.Rollup);
            report.Rows.ShouldHaveSingleItem().InputTokens.ShouldBe(41);
        }
    }

    [Theory]
    [Trait("Field", "17")]
    [InlineData("UTC")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    public async Task Seven_days_hold_the_first_instant_of_the_first_and_not_the_one_before(string zone)
    {
        var workspace = await Seed.Workspace();
        var task = await Seed.AgentTask(await Seed.Agent(workspace));
        var window = ReportWindow.LastDays(7, Noon, TimeZones.Parse(zone));
        var day = 0;
        foreach (var date in Enumerable.Range(-7, 9).Select(window.To.PlusDays))
        {
            var start = window.Zone.AtStartOfDay(date).ToInstant();
            await Seed.UsageRow(task, model: $"first {day}", createdAt: start);
            await Seed.UsageRow(task, model: $"last {day++}", createdAt: start - Duration.FromTicks(10));
        }

        await BackfillAsync();
        foreach (var mode in new[] { ReportMode.Rollup, ReportMode.Raw })
        {
            var report = await Reports.WorkspaceDailyAsync(workspace, window, options: new(mode), cancellationToken: Cancellation);
            report.Rows.Select(row => (row.Date, row.Model)).ShouldBe(
                from back in Enumerable.Range(0, 7)
                from row in new[] { $"first {7 - back}", $"last {8 - back}" }
                select (window.To.PlusDays(-back), row));
        }
    }

    [Fact]
    public async Task Reports_of_a_runtime_an_issue_and_a_task_exclude_agents_of_another_workspace()
    {
        var (mine, theirs) = (await Seed.Workspace(), await Seed.Workspace());
        var (runtime, issue) = (await Seed.Runtime(mine), await Seed.Issue(mine));
        var task = await Seed.AgentTask(await Seed.Agent(theirs), issue, runtime);
        await Seed.UsageRow(task, createdAt: Noon);
        await Database.ExecuteAsync("update public.agent_task_queue set started_at = now() where id = @task", new { task });
        await BackfillAsync();

        foreach (var mode in new[] { ReportMode.Rollup, ReportMode.Raw })
        {
            (await Reports.RuntimeDailyAsync(mine, runtime, Week, new(mode), Cancellation)).Rows.ShouldBeEmpty();
            (await Reports.RuntimeDailyAsync(theirs, runtime, Week, new(mode), Cancellation)).Rows.ShouldHaveSingleItem();
        }

        (await Reports.RuntimeActivityAsync(mine, runtime, DateTimeZone.Utc, Cancellation)).Rows.ShouldBeEmpty();
        (await Reports.IssueTasksAsync(mine, issue, Cancellation)).Rows.ShouldBeEmpty();
        (await Reports.IssueTotalAsync(mine, issue, Cancellation)).Rows.ShouldHaveSingleItem().TaskCount.ShouldBe(0);
        (await Reports.TaskAsync(mine, task, Cancellation)).Rows.ShouldBeEmpty();
        (await Reports.TaskAsync(theirs, task, Cancellation)).Rows.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    public async Task Activity_counts_starts_by_the_hour_that_the_clock_showed(string zone)
    {
        var clock = TimeZones.Parse(zone);
        var workspace = await Seed.Workspace();
        var (agent, runtime) = (await Seed.Agent(workspace), await Seed.Runtime(workspace));
        Random random = new(zone.Length);
        Instant[] starts = [.. Enumerable.Range(0, 300).Select(_ => Noon - Duration.FromMinutes(random.Next(15_000_000)))];
        await Database.ExecuteAsync(
            """
            insert into public.agent_task_queue (agent_id, runtime_id, started_at)
            select @agent, @runtime, s from unnest(@starts || '{null, infinity, 1999-12-31 23:59:59+00}'::timestamptz[]) s
            """,
            new { agent, runtime, starts });

        var report = await Reports.RuntimeActivityAsync(workspace, runtime, clock, Cancellation);
        report.Rows.ShouldBe(
            starts.Where(start => start >= Instant.FromUtc(2000, 1, 1, 0, 0))
                .GroupBy(start => start.InZone(clock).Hour).OrderBy(hour => hour.Key)
                .Select(hour => new HourActivity(hour.Key, hour.Count())));
        (report.Source, report.Zone).ShouldBe((ReportSource.Raw, clock));
    }
}
