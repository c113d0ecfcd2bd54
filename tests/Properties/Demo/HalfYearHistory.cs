using NodaTime;
using Shouldly;
using Usage.Demo.Planning;
using Xunit;

namespace Usage.Tests.Properties.Demo;

/// <summary>Statistics of the demo's default history.</summary>
public sealed class HalfYearHistory(HalfYearHistory.History history) : IClassFixture<HalfYearHistory.History>
{
    public sealed class History
    {
        internal PlannedWorld Planned { get; } = new(seed: 1, tasks: 50_000, Instant.FromUtc(2026, 1, 1, 0, 0), hours: 183 * 24, grows: true);
    }

    [Fact]
    public void A_bucket_holds_about_five_usage_rows()
    {
        var projects = history.Planned.World.Workspaces.SelectMany(workspace => workspace.Issues.SelectMany((issues, group) =>
            issues.Select(issue => (issue, (workspace.Id, group < workspace.Projects.Count ? group : -1))))).ToDictionary();
        var buckets = history.Planned.Tasks
            .SelectMany(task => task.Usage.Select(usage => (
                HistoryPeriod.HourOf(usage.CreatedAt), task.AgentId, task.RuntimeId,
                task.IssueId is { } issue ? projects[issue] : (Guid.Empty, -1), usage.Provider.ToUpperInvariant(), usage.Model)))
            .CountBy(key => key)
            .ToList();

        buckets.Average(bucket => bucket.Value).ShouldBeInRange(3, 8);
    }

    [Fact]
    public void A_task_has_about_two_usage_rows() =>
        history.Planned.Tasks.Average(task => task.Usage.Count).ShouldBeInRange(1.7, 2.3);

    [Fact]
    public void The_largest_workspace_does_far_more_than_the_median_one()
    {
        var sizes = history.Planned.Work.GroupBy(part => part.Session.Workspace)
            .Select(group => group.Sum(part => part.Session.Tasks)).OrderDescending().ToList();

        sizes[0].ShouldBeGreaterThan(sizes[sizes.Count / 2] * 10);
    }

    [Fact]
    public void Far_more_tokens_are_read_from_the_cache_than_sent()
    {
        var usage = history.Planned.Tasks.SelectMany(task => task.Usage).ToList();

        usage.Sum(row => row.Tokens.CacheRead).ShouldBeGreaterThan(usage.Sum(row => row.Tokens.Input) * 5);
    }

    [Fact]
    public void Offices_do_little_work_at_weekends()
    {
        var offices = history.Planned.Work
            .Where(part => history.Planned.World.Workspaces[part.Session.Workspace].Habit == WorkingHabit.Office)
            .Select(part => history.Planned.Period.HourAt(part.Session.Hour)
                .InZone(history.Planned.World.Workspaces[part.Session.Workspace].Zone).DayOfWeek)
            .CountBy(day => day is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday).ToDictionary();

        (offices[true] / 2.0).ShouldBeLessThan(offices[false] / 5.0 / 2);
    }

    [Fact]
    public void The_last_month_is_busier_than_the_first()
    {
        const int Month = 30 * 24;
        var sessions = history.Planned.Work.Select(part => part.Session.Hour).ToList();

        sessions.Count(hour => hour >= history.Planned.Period.Hours - Month)
            .ShouldBeGreaterThan(sessions.Count(hour => hour < Month) * 2);
    }

    [Fact]
    public void Every_rare_case_occurs()
    {
        var tasks = history.Planned.Tasks.ToList();
        var issues = history.Planned.World.Workspaces
            .SelectMany(workspace => workspace.Issues.SelectMany(group => group.Select(issue => (issue, workspace.Id)))).ToDictionary();
        var homes = history.Planned.World.Workspaces
            .SelectMany(workspace => workspace.Agents.Select(agent => (agent.Id, workspace.Id))).ToDictionary();

        ShouldBeRare(tasks.Count(task => task.RuntimeId == null));
        ShouldBeRare(tasks.Count(task => task.IssueId is { } issue && issues[issue] != homes[task.AgentId]));
        ShouldBeRare(tasks.Count(task => task.Usage.Any(usage => usage.Provider.Any(char.IsUpper))));
        tasks.SelectMany(task => task.Usage).Count(usage => usage.CostUsdTicks != null).ShouldBeInRange(5_000, 50_000);

        void ShouldBeRare(int count) => count.ShouldBeInRange(1, tasks.Count / 10);
    }
}
