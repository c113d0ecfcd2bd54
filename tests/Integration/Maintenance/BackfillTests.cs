using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class BackfillTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    [Fact]
    public async Task A_backfill_counts_all_history_and_reports_its_progress()
    {
        await HistoryAsync(40);
        Reports<BackfillProgress> progress = new();
        var result = await Replica().Engine.BackfillAsync(new(), progress, Cancellation);
        (result.Hours, result.Rows, result.Written, result.Deleted, result.Failed).ShouldBe((40, 40, 40, 0, 0));
        (progress.All[0].HoursDone, progress.All[^1].HoursDone, progress.All[^1].HoursTotal).ShouldBe((0, 40, 40));
        progress.All[^1].Rows.ShouldBe(40);
        progress.All[^1].Remaining.ShouldBe(Duration.Zero);
        await Database.ShouldBeExactAsync();
        var status = await Replica().Engine.GetStatusAsync(Cancellation);
        (status.Complete, status.Backfill!.HoursTotal, status.Backfill.HoursPending).ShouldBe((true, 40, 0));
    }

    [Fact]
    public async Task The_newest_hours_come_first_and_live_marks_before_all()
    {
        var task = await HistoryAsync(60);
        await Replica().Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation);
        await Database.ExecuteAsync(
            "update public.task_usage set input_tokens = 1 where task_id = @task and model = 'm0'", new { task });
        List<Instant[]> order = [];
        HashSet<Instant> seen = [];
        var replica = Replica(new EachTime(DrainStep.Committed, async () =>
        {
            var hours = (await Database.BucketsAsync()).Select(bucket => bucket.BucketHour).Where(seen.Add).ToArray();
            order.Add(hours);
        }));
        while (!(await replica.RoundAsync(Cancellation)).Empty)
        {
        }

        order[0].ShouldBe([Hour(0)], "the live change, though its hour is the oldest");
        var rest = order.Skip(1).ToList();
        rest.Count.ShouldBeGreaterThan(1, "in more than one transaction");
        rest.Zip(rest.Skip(1)).ShouldAllBe(pair => pair.First.Min() > pair.Second.Max());
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_dry_run_counts_and_marks_nothing()
    {
        await HistoryAsync(5);
        var result = await Replica().Engine.BackfillAsync(
            new() { DryRun = true, From = Hour(1), To = Hour(4) }, cancellationToken: Cancellation);
        (result.DryRun, result.Hours, result.Rows).ShouldBe((true, 3, 3));
        (await Database.PendingAsync()).ShouldBe(0);
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.backfill")).ShouldBe(0);
    }

    [Fact]
    public async Task A_range_is_whole_hours_with_an_exclusive_end()
    {
        await HistoryAsync(6);
        var result = await Replica().Engine.BackfillAsync(
            new() { From = Hour(1) + Duration.FromMinutes(59), To = Hour(3) + Duration.FromMinutes(1) }, cancellationToken: Cancellation);
        result.Hours.ShouldBe(3);
        (await Database.BucketsAsync()).Select(bucket => bucket.BucketHour).ShouldBe([Hour(1), Hour(2), Hour(3)]);
        (await Replica().Engine.GetStatusAsync(Cancellation)).Complete.ShouldBeFalse("not all history");
    }

    [Fact]
    public async Task Buckets_without_raw_rows_are_removed()
    {
        await HistoryAsync(2);
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Database.ExecuteAsync(
            """
            create temp table copy as select * from usage_rollup.hourly;
            update copy set bucket_hour = bucket_hour + interval '10 years', agent_id = gen_random_uuid();
            insert into usage_rollup.hourly table copy;
            drop table copy
            """);
        var result = await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        (result.Hours, result.Written, result.Deleted).ShouldBe((4, 0, 2));
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_backfill_over_a_correct_rollup_writes_nothing()
    {
        await HistoryAsync(30);
        await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        var before = await WrittenAsync();
        var again = await Replica().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        (again.Hours, again.Written, again.Deleted).ShouldBe((30, 0, 0));
        (await WrittenAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_backfill_whose_process_dies_is_finished_and_completed_by_another_host()
    {
        await HistoryAsync(60);
        var dying = Replica(new EachTime(DrainStep.Committed, () => throw new NpgsqlException("The process died.")));
        await Should.ThrowAsync<NpgsqlException>(() => dying.Engine.BackfillAsync(new(), cancellationToken: Cancellation));
        var status = await Replica().Engine.GetStatusAsync(Cancellation);
        (status.Complete, status.Backfill!.HoursPending).ShouldBe((false, status.PendingBackfill));
        status.PendingBackfill.ShouldBeInRange(1, 59, "each of its connections has committed once");

        await RunUntilAsync(Replica(), "select complete from usage_rollup.status");
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.backfill")).ShouldBe(1, "nothing was marked again");
        await Database.ShouldBeExactAsync();
    }

    private Task<IReadOnlyList<Instant>> WrittenAsync() =>
        Database.QueryAsync<Instant>("select updated_at from usage_rollup.hourly order by bucket_hour");

    private sealed class EachTime(DrainStep step, Func<Task> action) : IDrainObserver
    {
        public async ValueTask ReachedAsync(DrainStep current, CancellationToken cancellationToken)
        {
            if (current == step)
            {
                await action();
            }
        }
    }
}
