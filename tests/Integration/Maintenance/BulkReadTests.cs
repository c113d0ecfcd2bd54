using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>Hours that are read as one range, which contains an hour that is not part of the drain.</summary>
public sealed class BulkReadTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    private const int Hours = 60;
    private const string MarkAllButOneSql = """
        insert into usage_rollup.dirty (bucket_hour, origin)
        select @first + n * interval '1 hour', 1 from generate_series(0, @hours - 1) n where n <> @left
        """;

    [Theory, InlineData(20), InlineData(52)]
    public async Task Only_claimed_hours_are_counted_and_the_one_between_them_when_it_is_marked(int left)
    {
        await HistoryAsync(Hours);
        await Database.ExecuteAsync(MarkAllButOneSql, new { first = Hour(0), hours = Hours, left });
        (await DrainAsync()).Rows.ShouldBe(Hours - 1);
        var counted = (await Database.BucketsAsync()).Select(bucket => bucket.BucketHour);
        counted.Order().ShouldBe(Enumerable.Range(0, Hours).Where(hour => hour != left).Select(Hour));

        await Database.ExecuteAsync("insert into usage_rollup.dirty (bucket_hour) values (@hour)", new { hour = Hour(left) });
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Many_new_buckets_are_all_stored_and_a_second_backfill_leaves_them_alone()
    {
        var task = await HistoryAsync(Hours);
        await Database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, model, input_tokens, created_at)
            select @task, 'other' || n, n, @first + (n % @hours) * interval '1 hour' from generate_series(1, 3000) n;
            truncate usage_rollup.dirty
            """,
            new { task, hours = Hours, first = Hour(0) });
        var backfill = await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        backfill.Written.ShouldBe(3000 + Hours);
        await Database.ShouldBeExactAsync();
        (await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation)).Written.ShouldBe(0);
    }

    [Fact]
    public async Task Many_new_buckets_without_runtime_or_project_and_with_any_text_are_stored_unchanged()
    {
        var agent = await Seed.Agent(await Seed.Workspace());
        await Database.ExecuteAsync(
            """
            with task as (insert into public.agent_task_queue (agent_id) values (@agent) returning id)
            insert into public.task_usage (task_id, provider, model, input_tokens, output_tokens, cost_usd_ticks, created_at)
            select task.id, 'Anbieter ü' || n % 3, e'\t"模型" \\N 🤖 ' || n, 1::bigint << (n % 60), n, nullif(n % 2, 0) * 7, @first + n * interval '7 minutes'
            from task, generate_series(1, 1500) n
            """,
            new { agent, first = Hour(0) });
        (await DrainAsync()).Written.ShouldBe(1500);
        (await Database.BucketsAsync()).ShouldAllBe(bucket => bucket.RuntimeId == null && bucket.ProjectId == null);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Hours_that_are_years_apart_are_drained_together_without_reading_the_hours_between()
    {
        var task = await HistoryAsync(Hours);
        await Database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, model, created_at)
            values (@task, 'first', '2000-01-01 00:00:00Z'), (@task, 'amid', '2013-07-01 12:30:00Z'), (@task, 'last', '2100-12-31 23:59:59.999999Z')
            """,
            new { task });
        (await DrainAsync()).Rows.ShouldBe(3);
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
    }
}
