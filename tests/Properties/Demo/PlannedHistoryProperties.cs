using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Demo.Planning;

namespace Usage.Tests.Properties.Demo;

[Properties(Arbitrary = [typeof(PlannedWorlds)], MaxTest = 25)]
public sealed class PlannedHistoryProperties
{
    [Property]
    public void The_same_seed_gives_the_same_history(int seed)
    {
        var from = Instant.FromUtc(2026, 1, 1, 0, 0);
        var one = new PlannedWorld(seed, 200, from, 300, grows: true);
        var other = new PlannedWorld(seed, 200, from, 300, grows: true);

        one.Tasks.Select(Described).ShouldBe(other.Tasks.Select(Described));
        one.World.Users.ShouldBe(other.World.Users);
        one.World.Workspaces.SelectMany(workspace => workspace.Agents)
            .ShouldBe(other.World.Workspaces.SelectMany(workspace => workspace.Agents));
    }

    [Property]
    public void Any_session_can_be_generated_on_its_own(PlannedWorld planned)
    {
        var (session, tasks) = planned.Work[planned.Work.Count / 2];

        new SessionWork(planned.World, planned.Period).Tasks(session).Select(Described).ShouldBe(tasks.Select(Described));
    }

    [Property]
    public void There_are_exactly_as_many_tasks_as_requested(PlannedWorld planned) =>
        planned.Tasks.Count().ShouldBe(planned.Period.Tasks);

    [Property]
    public void No_task_has_a_provider_and_model_twice(PlannedWorld planned) =>
        planned.Tasks.ShouldAllBe(task =>
            task.Usage.DistinctBy(usage => new { usage.Provider, usage.Model }).Count() == task.Usage.Count);

    [Property]
    public void No_id_is_used_twice(PlannedWorld planned)
    {
        var ids = planned.Tasks.SelectMany(task => task.Usage.Select(usage => usage.Id).Append(task.Id)).ToList();

        ids.Distinct().Count().ShouldBe(ids.Count);
    }

    [Property]
    public void All_usage_is_dated_within_its_session_and_period(PlannedWorld planned)
    {
        foreach (var (session, tasks) in planned.Work)
        {
            var hour = planned.Period.HourAt(session.Hour);
            hour.ShouldBeInRange(planned.Period.From, planned.Period.To - Duration.FromHours(1));
            tasks.SelectMany(task => task.Usage).ShouldAllBe(usage => HistoryPeriod.HourOf(usage.CreatedAt) == hour);
        }
    }

    [Property]
    public void A_task_is_created_then_started_then_reports_then_completes(PlannedWorld planned) =>
        planned.Tasks.ShouldAllBe(task => task.CreatedAt < task.StartedAt && task.Usage.All(usage =>
            task.StartedAt < usage.CreatedAt && usage.CreatedAt <= task.CompletedAt
            && task.CompletedAt - usage.CreatedAt < Duration.FromSeconds(5)));

    [Property]
    public void A_busy_hour_of_an_agent_has_5_to_20_usage_rows(PlannedWorld planned)
    {
        foreach (var hour in planned.Work.Where(part => part.Session.Tasks >= Session.FewestTasks)
            .GroupBy(part => (part.Session.Workspace, part.Session.Agent, part.Session.Hour)))
        {
            hour.Count().ShouldBe(1);
            hour.Single().Tasks.Sum(task => task.Usage.Count).ShouldBeInRange(Session.FewestRows, Session.MostRows);
        }
    }

    [Property]
    public void Every_session_has_the_minimum_size(PlannedWorld planned) =>
        planned.Work.ShouldAllBe(part => part.Session.Tasks >= Session.FewestTasks && part.Session.Tasks <= Session.MostTasks);

    [Property]
    public void Sessions_are_in_chronological_order(PlannedWorld planned) =>
        planned.Work.Select(part => part.Session.Hour).ShouldBeInOrder();

    [Property]
    public void Every_task_refers_to_entities_of_the_world(PlannedWorld planned)
    {
        var workspaces = planned.World.Workspaces;
        var runtimes = workspaces.SelectMany(workspace => workspace.Runtimes).Select(runtime => runtime.Id).ToHashSet();
        var issues = workspaces.SelectMany(workspace => workspace.Issues).SelectMany(group => group).ToHashSet();
        var agents = workspaces.SelectMany(workspace => workspace.Agents).Select(agent => agent.Id).ToHashSet();

        planned.Tasks.ShouldAllBe(task => agents.Contains(task.AgentId)
            && (task.IssueId == null || issues.Contains(task.IssueId.Value))
            && (task.RuntimeId == null || runtimes.Contains(task.RuntimeId.Value)));
    }

    [Property]
    public void Tokens_and_costs_are_what_the_recorder_accepts(PlannedWorld planned) =>
        planned.Tasks.SelectMany(task => task.Usage).ShouldAllBe(usage =>
            usage.Tokens.Input > 0 && usage.Tokens.Output > 0 && usage.Tokens.CacheRead >= 0 && usage.Tokens.CacheWrite >= 0
            && usage.Tokens.Total < 1_000_000_000_000 && (usage.CostUsdTicks == null || usage.CostUsdTicks > 0));

    private static string Described(PlannedTask task) =>
        $"{task with { Usage = [] }} {string.Join(';', task.Usage)}".Replace(task.Usage.GetType().ToString(), "", StringComparison.Ordinal);
}
