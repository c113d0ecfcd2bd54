using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>A task with usage under two spellings of one provider is counted once in every row of every report.</summary>
[Trait("Field", "10")]
public sealed class MixedCaseTests(DatabaseFixture fixture) : ReportingTests(fixture)
{
    private static readonly string[] Zones = ["UTC", "America/New_York", "Asia/Kolkata"];

    /// <summary>
    /// Rows of a few tasks over four days, with few hours, models and providers, so that most tasks occur repeatedly.
    /// </summary>
    private static readonly Arbitrary<MixedRow[]> Usage = (
        from task in Gen.Choose(0, 5)
        from provider in Gen.Elements("openai", "OpenAI", "OPENAI", "*", "", "Anthropic", "anthropic")
        from model in Gen.Elements("gpt", "free")
        from quarter in Gen.Choose(-16, 16)
        from day in Gen.Choose(0, 3)
        select new MixedRow(task, provider, model, (day * 24 * 4) + quarter))
        .NonEmptyListOf().Select(rows => rows.DistinctBy(row => (row.Task, row.Provider, row.Model)).ToArray())
        .ToArbitrary();

    [Theory]
    [MemberData(nameof(BothSources), MemberType = typeof(ReportingTests))]
    public async Task A_task_that_spells_a_provider_in_two_ways_in_two_hours_is_counted_once(ReportMode mode)
    {
        var workspace = await Seed.Workspace();
        var task = await Seed.AgentTask(await Seed.Agent(workspace));
        await Seed.UsageRow(task, "openai", "gpt", createdAt: Noon);
        await Seed.UsageRow(task, "OpenAI", "gpt", createdAt: Noon + Duration.FromHours(1));
        await Seed.UsageRow(await Seed.AgentTask(await Seed.Agent(workspace)), "OpenAI", "gpt", createdAt: Noon);
        await BackfillAsync();
        var report = await Reports.WorkspaceSummaryAsync(workspace, Week, options: new(mode), cancellationToken: Cancellation);
        var row = report.Rows.ShouldHaveSingleItem();
        (report.Source == ReportSource.Rollup, row.Provider, row.TaskCount, row.EventCount).ShouldBe((mode == ReportMode.Rollup, "openai", 2, 3));
        (await Reports.WorkspaceByHourAsync(workspace, Week, options: new(mode), cancellationToken: Cancellation))
            .Rows.Select(hour => (hour.Hour, hour.TaskCount)).ShouldBe([(12, 2), (13, 1)]);
    }

    [Theory]
    [MemberData(nameof(BothSources), MemberType = typeof(ReportingTests))]
    public async Task Tasks_whose_spellings_meet_in_each_hour_are_counted_once(ReportMode mode)
    {
        var workspace = await Seed.Workspace();
        var agent = await Seed.Agent(workspace);
        string[] spellings = ["openai", "OpenAI"];
        for (var number = 0; number < 2; number++)
        {
            var task = await Seed.AgentTask(agent);
            for (var hour = 0; hour < 2; hour++)
            {
                await Seed.UsageRow(task, spellings[(number + hour) % 2], "gpt", createdAt: Noon + Duration.FromHours(hour));
            }
        }

        await BackfillAsync();
        (await Reports.WorkspaceSummaryAsync(workspace, Week, options: new(mode), cancellationToken: Cancellation))
            .Rows.ShouldHaveSingleItem().TaskCount.ShouldBe(2);
    }

    [Property(MaxTest = 12)]
    public Property Every_report_of_both_sources_agrees_with_a_count_row_by_row() => Prop.ForAll(Usage, async Task (usage) =>
    {
        var workspace = await Seed.Workspace();
        var (runtime, project) = (await Seed.Runtime(workspace), await Seed.Project(workspace));
        var issue = await Seed.Issue(workspace, project);
        Guid[] agents = [await Seed.Agent(workspace), await Seed.Agent(workspace)];
        var tasks = new Guid[6];
        for (var i = 0; i < tasks.Length; i++)
        {
            tasks[i] = await Seed.AgentTask(agents[i % 2], i % 3 == 0 ? null : issue, i == 5 ? null : runtime);
        }

        foreach (var row in usage)
        {
            await Seed.UsageRow(
                tasks[row.Task], row.Provider, row.Model, createdAt: Noon + Duration.FromMinutes(15 * row.Quarter));
        }

        var parts = Engine(Database, new UsageEngineOptions(), Prices.Estimate);
        await parts.Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        ReportComparison comparison = new(
            parts.Reports, (await NaiveUsage.ReadAsync(Database)).Where(row => row.WorkspaceId == workspace));
        foreach (var zone in Zones.Select(TimeZones.Parse))
        {
            var window = ReportWindow.Between(new(2026, 5, 6), new(2026, 5, 8), zone);
            foreach (var mode in new[] { ReportMode.Rollup, ReportMode.Raw })
            {
                await comparison.WorkspaceAsync(workspace, window, ReportFilter.None, new(mode));
                await comparison.WorkspaceAsync(workspace, window, new(AgentId: agents[0], Provider: "openai"), new(mode));
                await comparison.RuntimeAsync(workspace, runtime, window, new(mode));
            }
        }

        await comparison.TasksAsync([workspace], [issue]);
    });

    internal sealed record MixedRow(int Task, string Provider, string Model, int Quarter);
}
