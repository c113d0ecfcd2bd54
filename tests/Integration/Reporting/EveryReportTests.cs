using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Compares every report, from both sources, with a row-by-row computation.</summary>
public sealed class EveryReportTests(RandomUsageFixture fixture) : IClassFixture<RandomUsageFixture>
{
    private readonly RandomUsage usage = fixture.Usage;
    private readonly ReportComparison comparison = new(fixture.Reports, fixture.Naive);

    [Theory]
    [Trait("Field", "3")]
    [InlineData("UTC")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Chatham")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Apia")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    public async Task The_rollup_and_the_raw_rows_agree_with_a_count_row_by_row(string zone)
    {
        Random random = new(zone.Sum(letter => letter));
        foreach (var anchor in RandomUsage.Anchors)
        {
            var date = anchor.InZone(TimeZones.Parse(zone)).Date;
            var window = ReportWindow.Between(
                date.PlusDays(-random.Next(4)), date.PlusDays(random.Next(6) == 0 ? 700 : random.Next(4)), TimeZones.Parse(zone));
            var hidden = usage.Agents.Where(_ => random.Next(3) == 0).ToHashSet();
            foreach (var mode in new[] { ReportMode.Rollup, ReportMode.Raw })
            {
                await comparison.WorkspaceAsync(usage.Workspaces[random.Next(2)], window, Filter(random), new(mode) { HiddenAgents = hidden });
                await comparison.RuntimeAsync(usage.Workspaces[0], usage.Runtimes[random.Next(6)], window, new(mode) { HiddenAgents = hidden });
            }
        }
    }

    private ReportFilter Filter(Random random) => random.Next(11) switch
    {
        0 => new(ProjectId: usage.Projects[random.Next(6)]),
        1 => new(WithoutProject: true),
        2 => new(AgentId: usage.Agents[random.Next(6)]),
        3 => new(Provider: "OPENAI"),
        4 => new(Provider: "", Model: "gpt"),
        5 => new(WithoutProject: true, Model: "claude"),
        6 => new() { RuntimeId = usage.Runtimes[random.Next(6)] },
        7 => new(Model: "gpt") { WithoutRuntime = true },
        8 => new() { WithoutRuntime = true },
        9 => new() { OtherAgents = true },
        _ => ReportFilter.None,
    };

    [Fact]
    public Task The_reports_of_issues_and_tasks_agree_with_a_count_row_by_row() =>
        comparison.TasksAsync(usage.Workspaces, usage.Issues);
}
