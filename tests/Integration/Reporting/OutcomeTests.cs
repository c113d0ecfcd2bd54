using NodaTime;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>How tasks ended, against a count task by task.</summary>
public sealed class OutcomeTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    private static readonly string[] Statuses = ["queued", "running", "completed", "failed", "cancelled"];
    private static readonly Instant Around = Instant.FromUtc(2026, 3, 29, 0, 0);

    private readonly TestDatabase database = fixture.Database;
    private readonly Random random = new(20_260_329);
    private readonly List<Ended> tasks = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_agree_with_a_count_task_by_task_in_every_zone_and_for_every_filter()
    {
        var (workspace, agents, project, runtime) = await InsertAsync();
        var reports = ReportingTests.Engine(database, new UsageEngineOptions()).Reports;
        foreach (var zone in new[] { "UTC", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns", "Pacific/Chatham" }.Select(TimeZones.Parse))
        {
            var date = Around.InZone(zone).Date;
            var window = ReportWindow.Between(date.PlusDays(-random.Next(3)), date.PlusDays(random.Next(3)), zone);
            ReportFilter[] filters =
            [
                ReportFilter.None, new(AgentId: agents[0]), new(AgentId: agents[1]), new(project), new(WithoutProject: true),
                new() { OtherAgents = true }, new() { RuntimeId = runtime }, new() { WithoutRuntime = true },
            ];
            foreach (var filter in filters)
            {
                HashSet<Guid> hidden = [agents[1], agents[2]];
                ReportOptions options = new() { HiddenAgents = hidden };
                var expected = tasks.Where(task => task.Workspace == workspace
                    && task.End?.InZone(zone).Date is { } day && day >= window.From && day <= window.To
                    && (filter.AgentId is null || filter.AgentId == task.Agent && !hidden.Contains(task.Agent))
                    && (!filter.OtherAgents || hidden.Contains(task.Agent))
                    && (filter.RuntimeId is null || filter.RuntimeId == task.Runtime)
                    && (!filter.WithoutRuntime || task.Runtime is null)
                    && (filter.ProjectId is null || filter.ProjectId == task.Project)
                    && (!filter.WithoutProject || task.Project is null)
                    && task.Status is ("completed" or "failed" or "cancelled")).ToList();
                var outcomes = await reports.WorkspaceOutcomesAsync(workspace, window, filter, options, Cancellation);
                outcomes.Daily.Rows.ShouldBe(
                    expected.GroupBy(task => task.End!.Value.InZone(zone).Date).OrderByDescending(day => day.Key)
                        .Select(day => new DailyOutcomes(day.Key, Figures(day))));
                outcomes.Agents.Rows.ShouldBe(
                    expected.GroupBy(task => new ValueTuple<Guid?>(hidden.Contains(task.Agent) ? null : task.Agent))
                        .OrderBy(agent => agent.Key.Item1 is null).ThenBy(agent => agent.Key.Item1)
                        .Select(agent => new AgentOutcomes(agent.Key.Item1, Figures(agent))));
                outcomes.Runtimes.Rows.ShouldBe(
                    expected.GroupBy(task => new ValueTuple<Guid?>(task.Runtime))
                        .OrderBy(runtime => runtime.Key.Item1 is null).ThenBy(runtime => runtime.Key.Item1)
                        .Select(runtime => new RuntimeOutcomes(runtime.Key.Item1, Figures(runtime))));
            }
        }
    }

    [Fact]
    public async Task A_filter_by_model_is_refused_since_tasks_have_none() => await Should.ThrowAsync<ArgumentException>(() =>
        ReportingTests.Engine(database, new UsageEngineOptions()).Reports.WorkspaceOutcomesAsync(
            Guid.NewGuid(), ReportWindow.Between(new(2026, 1, 1), new(2026, 1, 1), DateTimeZone.Utc), new(Model: "gpt"), null, Cancellation));

    private async Task<(Guid Workspace, Guid[] Agents, Guid Project, Guid Runtime)> InsertAsync()
    {
        var (workspace, other) = (await database.Seed.Workspace(), await database.Seed.Workspace());
        var project = await database.Seed.Project(workspace);
        Guid[] agents = [await database.Seed.Agent(workspace), await database.Seed.Agent(workspace), await database.Seed.Agent(workspace)];
        Guid?[] runtimes = [await database.Seed.Runtime(workspace), await database.Seed.Runtime(workspace), null];
        (Guid? Id, Guid? Project)[] issues =
            [(await database.Seed.Issue(workspace, project), project), (await database.Seed.Issue(workspace), null), (null, null)];
        var stranger = await database.Seed.Agent(other);
        for (var i = 0; i < 300; i++)
        {
            var agent = random.Next(8) == 0 ? stranger : agents[random.Next(3)];
            var (runtime, issue) = (runtimes[random.Next(3)], issues[random.Next(3)]);
            Instant? end = random.Next(10) == 0 ? null : Around + Duration.FromTicks(10 * random.NextInt64(-350_000_000_000, 350_000_000_000));
            Instant? start = random.Next(6) == 0 ? null : end + Duration.FromTicks(10 * random.NextInt64(-90_000_000_000, 5_000_000_000));
            var status = Statuses[random.Next(Statuses.Length)];
            await database.ExecuteAsync(
                """
                insert into public.agent_task_queue (agent_id, issue_id, runtime_id, status, started_at, completed_at)
                values (@agent, @issue, @runtime, @status, @start, @end)
                """,
                new { agent, issue = issue.Id, runtime, status, start, end });
            tasks.Add(new(agent == stranger ? other : workspace, agent, runtime, issue.Project, status, start, end));
        }

        return (workspace, agents, project, runtimes[0]!.Value);
    }

    private static OutcomeFigures Figures(IEnumerable<Ended> group)
    {
        Ended[] all = [.. group];
        Ended[] ran = [.. all.Where(task => task.Start <= task.End)];
        return new(
            all.Count(task => task.Status == "completed"), all.Count(task => task.Status == "failed"),
            all.Count(task => task.Status == "cancelled"), ran.Length,
            ran.Sum(task => (task.End!.Value - task.Start!.Value).ToInt64Nanoseconds() / 1_000) / 1_000_000m);
    }

    private sealed record Ended(Guid Workspace, Guid Agent, Guid? Runtime, Guid? Project, string Status, Instant? Start, Instant? End);
}
