using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>A row counts each task once, whatever it merges.</summary>
[Trait("Field", "10")]
public sealed class CountingTests(DatabaseFixture fixture) : ReportingTests(fixture), IAsyncLifetime
{
    private Guid workspace;
    private Guid issue;

    public async ValueTask InitializeAsync()
    {
        workspace = await Seed.Workspace();
        issue = await Seed.Issue(workspace, await Seed.Project(workspace));
        var agent = await Seed.Agent(workspace);

        // The first task uses four models over four days; the second one of those, in the first one's first hour.
        var first = await Seed.AgentTask(agent, issue);
        var day = 0;
        foreach (var (provider, model) in new[] { ("openai", "gpt"), ("azure", "gpt"), ("anthropic", "claude"), ("anthropic", "opus") })
        {
            await Seed.UsageRow(first, provider, model, createdAt: Noon - Duration.FromHours(24 * day++));
        }

        await Seed.UsageRow(await Seed.AgentTask(agent, issue), "OpenAI", "gpt", createdAt: Noon);
        await BackfillAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(BothSources), MemberType = typeof(ReportingTests))]
    public async Task A_row_that_merges_models_counts_each_task_once(ReportMode mode)
    {
        (await Reports.WorkspaceTotalAsync(workspace, Week, options: new(mode), cancellationToken: Cancellation))
            .Rows.ShouldHaveSingleItem().ShouldSatisfyAllConditions(row => row.TaskCount.ShouldBe(2), row => row.EventCount.ShouldBe(5));
        (await Reports.WorkspaceTotalAsync(workspace, Week, new(Provider: "anthropic"), new(mode), Cancellation))
            .Rows.ShouldHaveSingleItem().TaskCount.ShouldBe(1);
        (await Reports.IssueTotalAsync(workspace, issue, Cancellation)).Rows.ShouldHaveSingleItem().TaskCount.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(BothSources), MemberType = typeof(ReportingTests))]
    public async Task A_row_that_keeps_them_counts_the_tasks_of_each(ReportMode mode)
    {
        var summary = await Reports.WorkspaceSummaryAsync(workspace, Week, options: new(mode), cancellationToken: Cancellation);
        summary.Rows.Select(row => (row.Provider, row.Model, row.TaskCount)).ShouldBe(
            [("openai", "gpt", 2), ("anthropic", "claude", 1), ("anthropic", "opus", 1), ("azure", "gpt", 1)]);
        var hours = await Reports.WorkspaceByHourAsync(workspace, Week, options: new(mode), cancellationToken: Cancellation);
        hours.Rows.Select(row => (row.Hour, row.Provider, row.Model, row.TaskCount)).ShouldBe(
            [(12, "anthropic", "claude", 1), (12, "anthropic", "opus", 1), (12, "azure", "gpt", 1), (12, "openai", "gpt", 2)]);
    }

    [Theory]
    [MemberData(nameof(BothSources), MemberType = typeof(ReportingTests))]
    public async Task Without_usage_the_total_is_zero_and_other_reports_have_no_row(ReportMode mode)
    {
        var before = ReportWindow.Between(new(2025, 1, 1), new(2025, 1, 2), DateTimeZone.Utc);
        var total = (await Reports.WorkspaceTotalAsync(workspace, before, options: new(mode), cancellationToken: Cancellation))
            .Rows.ShouldHaveSingleItem();
        (total.TaskCount, total.EventCount, total.InputTokens, total.CostUsd).ShouldBe((0, 0, 0, 0));
        (await Reports.WorkspaceDailyAsync(workspace, before, options: new(mode), cancellationToken: Cancellation)).Rows.ShouldBeEmpty();
    }
}
