using Shouldly;
using Usage.Demo.Planning;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class VerifyTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    public static TheoryData<string> Measures { get; } = new(
        "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd_ticks", "uncosted_input_tokens",
        "uncosted_output_tokens", "uncosted_cache_read_tokens", "uncosted_cache_write_tokens", "task_count", "event_count");

    [Theory, MemberData(nameof(Measures))]
    public async Task A_wrong_figure_in_any_column_is_drift_and_both_figures_are_listed(string measure)
    {
        await SceneAsync();
        await Database.ExecuteAsync($"update usage_rollup.hourly set {measure} = {measure} + 7");
        var drift = (await VerifyAsync()).Drift.ShouldHaveSingleItem();
        drift.BucketHour.ShouldBe(Hour(0));
        (Total(drift.Rollup!) - Total(drift.Raw!)).ShouldBe(7);

        static decimal Total(BucketFigures f) =>
            f.InputTokens + f.OutputTokens + f.CacheReadTokens + f.CacheWriteTokens + f.CostUsdTicks + f.UncostedInputTokens
            + f.UncostedOutputTokens + f.UncostedCacheReadTokens + f.UncostedCacheWriteTokens + f.TaskCount + f.EventCount;
    }

    [Fact]
    public async Task A_missing_bucket_is_drift()
    {
        await SceneAsync();
        await CompleteAsync();
        await Database.ExecuteAsync("delete from usage_rollup.hourly");
        var drift = (await VerifyAsync()).Drift.ShouldHaveSingleItem();
        (drift.Raw!.InputTokens, drift.Rollup).ShouldBe((10, null));
    }

    [Fact]
    public async Task An_extra_bucket_is_drift()
    {
        var scene = await SceneAsync();
        await CompleteAsync();
        await Database.ExecuteAsync("update usage_rollup.hourly set bucket_hour = @hour", new { hour = Hour(400) });
        var report = await VerifyAsync();
        report.Drift.Select(drift => (drift.BucketHour, drift.Raw is null, drift.Rollup is null))
            .ShouldBe([(Hour(0), false, true), (Hour(400), true, false)]);
        report.Drift[0].AgentId.ShouldBe(scene.Agent);
    }

    [Theory]
    [InlineData("runtime_id = null")]
    [InlineData("project_id = null")]
    [InlineData("workspace_id = gen_random_uuid()")]
    [InlineData("provider = 'OpenAI'")]
    [InlineData("model = 'other'")]
    public async Task A_bucket_under_the_wrong_key_is_drift_on_both_sides(string wrong)
    {
        await SceneAsync();
        await Database.ExecuteAsync($"update usage_rollup.hourly set {wrong}");
        (await VerifyAsync()).DriftCount.ShouldBe(2);
    }

    [Theory]
    [InlineData("update public.task_usage set input_tokens = 99")]
    [InlineData("update public.agent_task_queue set runtime_id = null")]
    [InlineData("update public.issue set project_id = null")]
    [InlineData("update public.agent set workspace_id = (select id from public.workspace where name = 'other')")]
    [InlineData("truncate public.task_usage")]
    [InlineData("delete from public.workspace")]
    public async Task A_change_that_is_marked_and_not_drained_is_pending_and_not_drift(string change)
    {
        await Seed.Workspace("other");
        await SceneAsync();
        await Database.ExecuteAsync(change);
        var report = await VerifyAsync();
        report.DriftCount.ShouldBe(0);
        report.PendingHours.ShouldBe([Hour(0)]);
        (await Database.DriftAsync()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_repair_marks_the_drifted_hours_and_the_next_drain_corrects_them()
    {
        await HistoryAsync(30);
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Database.ExecuteAsync(
            "update usage_rollup.hourly set input_tokens = 0 where bucket_hour >= @hour", new { hour = Hour(28) });
        await Database.ExecuteAsync("delete from usage_rollup.hourly where bucket_hour = @hour", new { hour = Hour(2) });
        var report = await VerifyAsync(new() { Repair = true });
        (report.DriftCount, report.MarkedHours).ShouldBe((3, 3));
        (await Database.MarksAsync()).ShouldBe([MarkRow.Of(Hour(2)), MarkRow.Of(Hour(28)), MarkRow.Of(Hour(29))]);
        var status = await Replica().Engine.GetStatusAsync(Cancellation);
        (status.PendingLive, status.PendingBackfill).ShouldBe((0, 3));
        (await DrainAsync()).Written.ShouldBe(3);
        (await VerifyAsync()).DriftCount.ShouldBe(0);
        await Database.ShouldBeExactAsync();
    }

    [Theory]
    [InlineData("delete from usage_rollup.hourly_tasks", 1L, null)]
    [InlineData("update usage_rollup.hourly_tasks set task_ids = uuid_send(gen_random_uuid())", 1L, 1L)]
    [InlineData("update usage_rollup.hourly_tasks set task_ids = task_ids || uuid_send(gen_random_uuid())", 1L, 2L)]
    [InlineData("update usage_rollup.hourly_tasks set task_ids = task_ids || task_ids", 1L, 2L)]
    public async Task A_wrong_set_of_tasks_is_drift_and_a_repair_mends_it(string wrong, long? raw, long? rollup)
    {
        await SceneAsync();
        await Database.ExecuteAsync(wrong);
        var report = await VerifyAsync(new() { Repair = true });
        (report.DriftCount, report.Drift.Count, report.MarkedHours).ShouldBe((1, 0, 1));
        var drift = report.TaskSetDrift.ShouldHaveSingleItem();
        (drift.BucketHour, drift.RawTasks, drift.RollupTasks).ShouldBe((Hour(0), raw, rollup));
        await Replica().Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_set_of_tasks_in_an_hour_without_usage_is_drift_and_a_backfill_removes_it()
    {
        await SceneAsync();
        await Database.ExecuteAsync(
            "insert into usage_rollup.hourly_tasks select @hour, agent_id, workspace_id, runtime_id, project_id, task_ids from usage_rollup.hourly_tasks",
            new { hour = Hour(400) });
        var drift = (await VerifyAsync()).TaskSetDrift.ShouldHaveSingleItem();
        (drift.BucketHour, drift.RawTasks, drift.RollupTasks).ShouldBe((Hour(400), null, 1));
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_range_and_a_limit_bound_what_is_listed()
    {
        await HistoryAsync(20);
        await CompleteAsync();
        var report = await VerifyAsync(new() { From = Hour(5), To = Hour(15), ListAtMost = 3 });
        (report.RawRows, report.Buckets, report.DriftCount).ShouldBe((10, 0, 20));
        report.TaskSetDrift.Count.ShouldBe(3);
        report.Drift.Select(drift => drift.BucketHour).ShouldBe([Hour(5), Hour(6), Hour(7)]);
    }

    [Fact]
    public async Task Rows_out_of_range_are_not_drift()
    {
        var scene = await SceneAsync();
        await Database.ExecuteAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@Task, 'a', 'infinity'), (@Task, 'b', '1999-01-01')",
            scene);
        (await VerifyAsync()).DriftCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_sum_over_64_bits_is_listed_in_full()
    {
        var scene = await SceneAsync();
        await Database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, provider, model, input_tokens, created_at)
            values (@Task, 'a', 'gpt', 9000000000000000000, @at), (@Task, 'A', 'gpt', 9000000000000000000, @at);
            truncate usage_rollup.dirty
            """,
            new { scene.Task, at = Hour(0) });
        (await VerifyAsync()).Drift.ShouldHaveSingleItem().Raw!.InputTokens.ShouldBe(18_000_000_000_000_000_000m);
    }

    [Fact]
    public async Task A_change_that_commits_and_is_drained_during_a_verification_is_seen_completely_or_not_at_all()
    {
        var task = await HistoryAsync(24 * 30);
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        Reports<VerifyProgress> progress = new(step =>
        {
            if (step.DaysDone == 7)
            {
                Task.Run(() => ChangeAsync()).GetAwaiter().GetResult();
            }
        });
        var report = await Replica().Engine.VerifyAsync(new(), progress, Cancellation);
        (report.DriftCount, report.RawRows, report.Buckets, report.PendingHours.Count).ShouldBe((0, 720, 720, 0));
        progress.All.Count.ShouldBeGreaterThan(3);
        (await VerifyAsync()).RawRows.ShouldBe(719);

        async Task ChangeAsync()
        {
            await Database.ExecuteAsync(
                "update public.task_usage set input_tokens = 1 where task_id = @task and model = 'm700'", new { task });
            await Database.ExecuteAsync("delete from public.task_usage where task_id = @task and model = 'm701'", new { task });
            await DrainAsync();
        }
    }

    /// <summary>From now on, missing buckets are drift.</summary>

    private Task<VerifyReport> VerifyAsync(VerifyRequest? request = null) =>
        Replica().Engine.VerifyAsync(request ?? new(), cancellationToken: Cancellation);
}
