using Shouldly;
using Usage.Engine;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Retention;

/// <summary>Changes of frozen hours: buckets stay as they are, and what was written is listed or refused.</summary>
public sealed class LateUsageTests(DatabaseFixture fixture) : RetentionTestBase(fixture)
{
    private const string Listed = "select count(*) from usage_rollup.late_usage";

    [Theory]
    [InlineData("insert into public.task_usage (task_id, provider, model, input_tokens, created_at) select id, 'p', 'late', 5, '2026-03-01 05:10+00' from public.agent_task_queue limit 3", 3)]
    [InlineData("update public.task_usage set input_tokens = 5 where created_at >= '2026-03-01 05:00+00' and created_at < '2026-03-01 06:00+00'", -1)]
    [InlineData("update public.task_usage set created_at = '2026-03-01 05:10+00' where created_at >= '2026-03-03 05:00+00' and created_at < '2026-03-03 06:00+00'", -1)]
    [InlineData("delete from public.task_usage where created_at < '2026-03-02'", 0)]
    [InlineData("delete from public.task_usage where id = (select id from public.task_usage where created_at < '2026-03-02' limit 1)", 0)]
    [InlineData("update public.agent_task_queue set agent_id = (select id from public.agent order by id limit 1)", 0)]
    [InlineData("update public.issue set project_id = null", 0)]
    [InlineData("update public.agent set workspace_id = (select id from public.workspace where name = 'other')", 0)]
    [InlineData("delete from public.agent", 0)]
    [InlineData("truncate public.task_usage", 0)]
    public async Task A_change_leaves_frozen_buckets_as_they_are_and_rows_that_were_written_are_listed(string change, int rows)
    {
        await Seed.Workspace("other");
        await UsedAsync();
        await FreezeAsync(Middle);
        var frozen = await RollupAsync();
        var written = await Database.ExecuteAsync(change);
        await DrainAsync();
        (await RollupAsync()).ShouldBe(frozen);
        (await Database.ScalarAsync<long>(Listed)).ShouldBe(rows < 0 ? written : rows);
        (await Database.PendingAsync()).ShouldBe(0);
        (await Replica().Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
    }

    [Fact]
    public async Task Usage_of_a_transaction_that_was_open_when_the_hours_were_frozen_is_late()
    {
        await UsedAsync();
        var task = await Seed.LoneTask();
        await using var open = await BeginAsync();
        await open.ExecuteAsync("insert into public.task_usage (task_id, provider, model, input_tokens, created_at) values (@task, 'p', 'm', 7, @hour)", new { task, hour = Hour(2) });
        await FreezeAsync(Middle);
        await open.CommitAsync();
        await DrainAsync();
        var status = await Replica().Engine.GetStatusAsync(Cancellation);
        (status.LateUsage.Rows, status.LateUsage.Tokens).ShouldBe((1, 7));
        status.LateUsage.NewestAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Many_rows_that_are_deleted_behind_the_horizon_leave_no_mark()
    {
        await UsedAsync();
        await FreezeAsync(Middle);
        await DeleteRawAsync(Middle);
        (await Database.PendingAsync()).ShouldBe(0);
        await DeleteRawAsync(Hour(Hours));
        (await Database.PendingAsync()).ShouldBeGreaterThan(0);
        await DrainAsync();
        (await Replica().Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_backfill_and_a_verification_leave_frozen_hours_out()
    {
        await UsedAsync();
        await FreezeAsync(Middle);
        var frozen = await RollupAsync();
        await DeleteRawAsync(Middle);
        var engine = Replica().Engine;
        (await engine.BackfillAsync(new(), cancellationToken: Cancellation)).Hours.ShouldBe(Hours / 2);
        (await engine.BackfillAsync(new() { To = Middle }, cancellationToken: Cancellation)).Hours.ShouldBe(0);
        (await RollupAsync()).ShouldBe(frozen);
        var report = await engine.VerifyAsync(new() { From = Hour(0) }, cancellationToken: Cancellation);
        (report.DriftCount, report.FrozenBefore).ShouldBe((0, Middle));
        report.RawRows.ShouldBe(await Database.ScalarAsync<long>("select count(*) from public.task_usage"));
    }

    [Fact]
    public async Task A_recorder_that_refuses_late_usage_names_the_entry_and_the_hour()
    {
        await UsedAsync();
        await FreezeAsync(Middle);
        var (task, created) = (await Database.QueryAsync<(Guid, NodaTime.Instant)>("select task_id, created_at from public.task_usage where model = 'm1' and created_at < @Middle limit 1", new { Middle }))[0];
        UsageEntry[] entries = [new("openai", "new", 1), new("OpenAI", "m1", 1)];
        await using var refusing = TestEngine.On(Database, configure: options => options.LateUsage = LateUsage.Refuse);
        var refused = await Should.ThrowAsync<UsageValidationException>(refusing.Parts.Recorder.RecordAsync(task, entries, Cancellation));
        var problem = refused.Problems.ShouldHaveSingleItem();
        (problem.Entry, problem.Field, problem.Value).ShouldBe((1, "created_at", NodaTime.Text.InstantPattern.ExtendedIso.Format(created)));
        problem.Rule.ShouldContain("must not be before 2026-03-03T00:00:00Z: those hours are frozen");
        (await Database.ScalarAsync<long>("select count(*) from public.task_usage where model = 'new'")).ShouldBe(0);

        await Should.ThrowAsync<UsageValidationException>(refusing.Parts.Recorder.AddAsync(task, "key", entries, Cancellation));
        await Replica().Parts.Recorder.RecordAsync(task, entries, Cancellation);
        await DrainAsync();
        (await Database.ScalarAsync<long>(Listed)).ShouldBe(1);
        await refusing.Parts.Recorder.RecordAsync(task, [entries[0]], Cancellation);
    }
}
