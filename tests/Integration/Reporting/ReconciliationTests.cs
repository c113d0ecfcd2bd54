using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Whatever a window, a filter and a zone are, each breakdown adds up to the total, of either source.</summary>
public sealed class ReconciliationTests(RandomUsageFixture fixture) : IClassFixture<RandomUsageFixture>
{
    private readonly RandomUsage usage = fixture.Usage;

    private Arbitrary<Question> Questions => (
        from zone in Gen.Elements(TimeZones.Names.ToArray()).Select(TimeZones.Parse)
        from anchor in Gen.Elements(RandomUsage.Anchors)
        from before in Gen.Choose(0, 6)
        from after in Gen.Choose(0, 6)
        from workspace in Gen.Elements(usage.Workspaces.ToArray())
        from project in Gen.Elements(usage.Projects.Select(id => (Guid?)id).Append(null).Append(null).ToArray())
        from agent in Gen.Elements(usage.Agents.Select(id => (Guid?)id).Append(null).Append(null).ToArray())
        from withoutProject in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from runtime in Gen.Elements(usage.Runtimes.Select(id => (Guid?)id).Append(null).Append(null).ToArray())
        from withoutRuntime in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from otherAgents in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from provider in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("openai", "")))
        from model in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("gpt", "free")))
        from hidden in Gen.SubListOf(usage.Agents.ToArray()).Select(list => list.ToHashSet())
        from mode in Gen.Elements(ReportMode.Rollup, ReportMode.Raw, ReportMode.Auto)
        let date = anchor.InZone(zone).Date
        select new Question(
            workspace, ReportWindow.Between(date.PlusDays(-before), date.PlusDays(after), zone),
            new(withoutProject ? null : project, withoutProject, otherAgents ? null : agent, provider, model)
            {
                OtherAgents = otherAgents,
                RuntimeId = withoutRuntime ? null : runtime,
                WithoutRuntime = withoutRuntime,
            },
            new(mode) { HiddenAgents = hidden })).ToArbitrary();

    [Property(MaxTest = 60)]
    public Property Every_breakdown_adds_up_to_the_total() => Prop.ForAll(Questions, async Task (asked) =>
    {
        var total = (await fixture.Reports.WorkspaceTotalAsync(asked.Workspace, asked.Window, asked.Filter, asked.Options)).Rows.Single();
        await ReconcilesAsync(fixture.Reports.WorkspaceDailyAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceWeeklyAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceMonthlyAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceByLocalHourAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceByHourAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceHeatmapAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceSummaryAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceByAgentAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceByProjectAsync, asked, total);
        await ReconcilesAsync(fixture.Reports.WorkspaceByRuntimeAsync, asked, total);

        // A task has one agent and, by its issue, one project at most: these also add up to its tasks.
        var agents = await ReconcilesAsync(fixture.Reports.WorkspaceAgentsAsync, asked, total);
        agents.Sum(agent => agent.TaskCount).ShouldBe(total.TaskCount);
        (await fixture.Reports.WorkspaceDailyTasksAsync(asked.Workspace, asked.Window, asked.Filter, asked.Options))
            .Rows.Sum(row => row.TaskCount).ShouldBe(total.TaskCount);
        (await fixture.Reports.WorkspaceTasksByLocalHourAsync(asked.Workspace, asked.Window, asked.Filter, asked.Options))
            .Rows.Sum(row => row.TaskCount).ShouldBe(total.TaskCount);
        agents.Select(agent => agent.AgentId).ShouldBeUnique();
        agents.ShouldAllBe(agent => agent.AgentId == null || !asked.Options.HiddenAgents!.Contains(agent.AgentId.Value));
        var projects = await ReconcilesAsync(fixture.Reports.WorkspaceProjectsAsync, asked, total);
        projects.Sum(project => project.TaskCount).ShouldBe(total.TaskCount);
        projects.Select(project => project.ProjectId).ShouldBeUnique();
    });

    private static async Task<IReadOnlyList<TRow>> ReconcilesAsync<TRow>(
        Func<Guid, ReportWindow, ReportFilter?, ReportOptions?, CancellationToken, Task<UsageReport<TRow>>> read, Question asked, UsageFigures total)
        where TRow : UsageFigures
    {
        var rows = (await read(asked.Workspace, asked.Window, asked.Filter, asked.Options, default)).Rows;
        foreach (var of in new Func<UsageFigures, decimal>[]
        {
            row => row.InputTokens, row => row.OutputTokens, row => row.CacheReadTokens, row => row.CacheWriteTokens, row => row.CostUsdTicks,
            row => row.UncostedInputTokens, row => row.UncostedOutputTokens, row => row.UncostedCacheReadTokens,
            row => row.UncostedCacheWriteTokens, row => row.EventCount,
        })
        {
            rows.Sum(row => of(row)).ShouldBe(of(total), $"{typeof(TRow).Name}: {asked}");
        }

        // Each row is rounded once, to a tick.
        rows.Sum(row => row.CostUsd).ShouldBe(total.CostUsd, 0.000_000_000_05m * (rows.Count + 1), $"{typeof(TRow).Name}: {asked}");
        return rows;
    }

    internal sealed record Question(Guid Workspace, ReportWindow Window, ReportFilter Filter, ReportOptions Options);
}
