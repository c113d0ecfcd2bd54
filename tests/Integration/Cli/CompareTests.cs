using NodaTime;
using Shouldly;
using Usage.Host;
using Usage.Host.Comparing;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>Each cause of a difference to the table of another pipeline, forced, and told from the raw rows.</summary>
public sealed class CompareTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private const string Table = "public.task_usage_hourly";

    private const string Copy = """
        drop table if exists public.task_usage_hourly;
        create table public.task_usage_hourly as select * from usage_rollup.hourly
        """;

    private const string LongAgo = "update public.task_usage set updated_at = now() - interval '2 days'";

    [Fact]
    public async Task A_table_that_has_the_same_figures_does_not_differ()
    {
        await CopiedAsync();
        var report = await CompareAsync();
        (report.DifferenceCount, report.TheirRows, report.RollupIsRight).ShouldBe((0, 2, true));
        report.Measures.ShouldContain("task_count");
    }

    [Theory]
    [InlineData(nameof(DifferenceCause.RuntimeDeleted), "delete from public.task_usage_hourly; delete from public.agent_runtime", 2)]
    [InlineData(nameof(DifferenceCause.NotPickedUp), "delete from public.task_usage_hourly; update public.task_usage set updated_at = now()", 2)]
    [InlineData(nameof(DifferenceCause.PassedOver), "delete from public.task_usage_hourly where model = 'b'", 1)]
    [InlineData(nameof(DifferenceCause.PassedOver), "update public.task_usage_hourly set input_tokens = input_tokens - 1 where model = 'b'", 1)]
    [InlineData(nameof(DifferenceCause.Kept), "delete from public.task_usage where model = 'b'", 1)]
    [InlineData(nameof(DifferenceCause.Kept), "update public.task_usage set created_at = created_at - interval '3 hours' where model = 'b'", 1, nameof(DifferenceCause.PassedOver))]
    [InlineData(nameof(DifferenceCause.Deleted), "delete from public.agent", 2)]
    [InlineData(nameof(DifferenceCause.Moved), "update public.issue set project_id = null", 4)]
    [InlineData(nameof(DifferenceCause.Moved), "update public.task_usage set model = 'c' where model = 'b'", 2)]
    [InlineData(nameof(DifferenceCause.OtherWorkspace), "update public.agent set workspace_id = (select id from public.workspace where name = 'other')", 4)]
    [InlineData(nameof(DifferenceCause.Edited), "update public.task_usage set input_tokens = input_tokens + 1, output_tokens = output_tokens - 1 where model = 'b'", 1)]
    public async Task Each_difference_is_explained_from_the_raw_rows(string cause, string change, int keys, string? alsoOnce = null)
    {
        await CopiedAsync();
        await Database.ExecuteAsync(change);
        if (cause != nameof(DifferenceCause.NotPickedUp))
        {
            await Database.ExecuteAsync(LongAgo);
        }

        await DrainAsync();
        var report = await CompareAsync();
        report.Causes.Select(total => (total.Cause.ToString(), total.Count))
            .ShouldBe(alsoOnce is null ? [(cause, keys)] : [(cause, keys), (alsoOnce, 1)], ignoreOrder: true);
        report.RollupIsRight.ShouldBeTrue();
        report.Largest.Count.ShouldBe((int)report.DifferenceCount);
    }

    [Fact]
    public async Task Where_the_rollup_differs_from_the_raw_rows_it_says_so()
    {
        await CopiedAsync();
        await Database.ExecuteAsync("update usage_rollup.hourly set input_tokens = 1 where model = 'b'");
        var drifted = await CompareAsync();
        drifted.Causes.ShouldHaveSingleItem().Cause.ShouldBe(DifferenceCause.Drift);
        drifted.RollupIsRight.ShouldBeFalse();

        await Database.ExecuteAsync("update public.task_usage set output_tokens = 99 where model = 'b'");
        (await CompareAsync()).Causes.ShouldHaveSingleItem().Cause.ShouldBe(DifferenceCause.Pending);
    }

    [Fact]
    public async Task A_table_with_a_coarser_key_other_names_and_hours_without_zone_is_compared_by_what_both_have()
    {
        await CopiedAsync();
        await Database.ExecuteAsync("""
            drop table public.task_usage_hourly;
            create table public.task_usage_hourly as
            select bucket_hour at time zone 'UTC' as hour, workspace_id, sum(input_tokens)::bigint as "in", sum(task_count)::bigint as task_count
            from usage_rollup.hourly group by 1, 2
            """);
        Dictionary<string, string> names = new() { ["bucket_hour"] = "hour", ["input_tokens"] = "in" };
        var report = await CompareAsync(names);
        (report.DifferenceCount, report.TheirRows).ShouldBe((0, 2));
        report.Dimensions.ShouldBe(["workspace_id"]);
        report.Measures.ShouldBe(["input_tokens"]);

        await Database.ExecuteAsync("""
            update public.task_usage_hourly set "in" = 7;
            insert into public.task_usage_hourly select hour + interval '30 minutes', workspace_id, 1, 1 from public.task_usage_hourly limit 1
            """);
        var differing = await CompareAsync(names);
        differing.RowsWithinHour.ShouldBe(1);
        differing.Causes.Sum(total => total.Count).ShouldBe(3);
    }

    [Fact]
    public async Task Memory_and_the_list_do_not_grow_with_the_differences()
    {
        await CopiedAsync();
        await Database.ExecuteAsync(
            "insert into public.task_usage_hourly select (t.h).* from (select h, n from public.task_usage_hourly h, generate_series(1, 5000) n) t");
        await Database.ExecuteAsync(
            "update public.task_usage_hourly set workspace_id = gen_random_uuid(), agent_id = gen_random_uuid() where ctid not in (select min(ctid) from public.task_usage_hourly group by model)");
        var report = await CompareAsync(listAtMost: 3);
        report.DifferenceCount.ShouldBe(10_000);
        report.Causes.ShouldHaveSingleItem().Cause.ShouldBe(DifferenceCause.Deleted);
        report.Largest.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("public.nothing", null, "the database has no such table")]
    [InlineData("public.workspace", null, "has no column bucket_hour")]
    [InlineData("public.workspace", "bucket_hour=gone", "has no column 'gone'")]
    [InlineData("public.workspace", "bucket_hour=name", "is of type text: it must be a timestamp")]
    [InlineData("usage_rollup.set_aside", null, "has none of the columns input_tokens")]
    public async Task A_table_that_cannot_be_compared_is_refused_with_the_reason(string table, string? column, string reason)
    {
        Dictionary<string, string> mapped = column?.Split('=') is [var name, var theirs] ? new() { [name] = theirs } : [];
        (await Should.ThrowAsync<ExplainedException>(OtherRollup.ReadAsync(Database.DataSource, table, mapped, Cancellation))).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task The_program_explains_in_words_and_in_JSON()
    {
        await CopiedAsync();
        (await UsageProgram.RunAsync(Database, "compare", "--with", Table)).ShouldExitWith(0).Output.ShouldContain("No difference.");
        await Database.ExecuteAsync("delete from public.task_usage_hourly where model = 'b'");
        var text = (await UsageProgram.RunAsync(Database, "compare", "--with", Table)).ShouldExitWith(0).Output;
        text.ShouldContain("1 bucket: Passed over. The table lacks usage");
        text.ShouldContain("input_tokens 10 in Usage, 0 there");
        var json = (await UsageProgram.RunAsync(Database, "compare", "--with", Table, "--json", "--list-at-most", "1")).ShouldExitWith(0).Json();
        json.GetProperty("causes")[0].GetProperty("cause").GetString().ShouldBe("passed_over");
        json.GetProperty("largest")[0].GetProperty("key").GetString()!.ShouldContain("model b");
        (await UsageProgram.RunAsync(Database, "compare", "--with", Table, "--column", "tokens=x")).ShouldExitWith(2).Errors.ShouldContain("--column is 'tokens=x': it must be NAME=THEIRS");

        await Database.ExecuteAsync("truncate usage_rollup.backfill");
        (await UsageProgram.RunAsync(Database, "compare", "--with", Table)).ShouldExitWith(1).Errors.ShouldContain("History is not backfilled yet");
    }

    /// <summary>Two hours with two models of one task, with a runtime and a project, drained and copied.</summary>
    private async Task CopiedAsync()
    {
        var workspace = await Seed.Workspace();
        await Seed.Workspace("other");
        var issue = await Seed.Issue(workspace, await Seed.Project(workspace));
        var runtime = await Seed.Runtime(workspace);
        var task = await Seed.AgentTask(await Seed.Agent(workspace, runtime), issue, runtime);
        await Seed.UsageRow(task, model: "a", createdAt: Hour(0));
        await Seed.UsageRow(task, model: "b", createdAt: Hour(1));
        await Database.ExecuteAsync(LongAgo);
        await DrainAsync();
        await Database.ExecuteAsync("insert into usage_rollup.backfill (hours, completed_at) values (0, clock_timestamp())");
        await Database.ExecuteAsync(Copy);
    }

    private async Task<ComparisonReport> CompareAsync(Dictionary<string, string>? mapped = null, int listAtMost = 100)
    {
        var other = await OtherRollup.ReadAsync(Database.DataSource, Table, mapped ?? [], Cancellation);
        return await new RollupComparer(Database.DataSource).CompareAsync(
            other, new(From: null, To: null, Duration.FromMinutes(10), listAtMost), progress: null, Cancellation);
    }
}
