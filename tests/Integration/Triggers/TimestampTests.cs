using NodaTime;
using Shouldly;
using Usage.Engine.Rollup;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

public sealed class TimestampTests(DatabaseFixture fixture) : TriggerTests(fixture)
{
    private const string Insert = "insert into public.task_usage (task_id, model, created_at) values (@task, 'a', @at::timestamptz)";

    [Theory]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    [InlineData("4713-01-02 00:00:00+00 BC")]
    [InlineData("1970-01-01 00:00:00+00")]
    [InlineData("1999-12-31 23:59:59.999999+00")]
    [InlineData("2101-01-01 00:00:00+00")]
    [InlineData("294276-12-31 23:59:59+00")]
    public async Task A_row_out_of_range_is_stored_and_leaves_no_mark_and_no_bucket(string at)
    {
        var task = await UsedTaskAsync();
        await RunAsync(Insert, new { task, at });
        await RunAsync("update public.task_usage set input_tokens = 5");
        await ShouldHaveMarkedAsync();
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await RunAsync("delete from public.task_usage");
        await ShouldHaveMarkedAsync();
    }

    [Theory]
    [InlineData("2000-01-01 00:00:00+00")]
    [InlineData("2100-12-31 23:59:59.999999+00")]
    public async Task The_first_and_the_last_hour_of_the_range_are_rolled_up(string at)
    {
        var task = await UsedTaskAsync();
        await RunAsync(Insert, new { task, at });
        var mark = (await Database.MarksAsync()).ShouldHaveSingleItem();
        await ShouldHaveMarkedAsync(mark);
        (await Database.BucketsAsync()).ShouldHaveSingleItem().BucketHour.ShouldBe(mark.BucketHour!.Value);
    }

    [Fact]
    public async Task A_row_that_is_edited_out_of_range_leaves_its_bucket_and_back_in_returns()
    {
        var task = await UsedTaskAsync(1);
        await RunAsync("update public.task_usage set created_at = 'infinity'");
        await ShouldHaveMarkedAsync(Mark(1, task));
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await RunAsync("update public.task_usage set created_at = @at", new { at = Hour(2) });
        await ShouldHaveMarkedAsync(Mark(2, task));
        (await Database.BucketsAsync()).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("update public.agent_task_queue set runtime_id = null")]
    [InlineData("delete from public.agent")]
    [InlineData("truncate public.task_usage")]
    public async Task Rows_out_of_range_do_not_prevent_marks_of_their_task(string change)
    {
        var task = await UsedTaskAsync(1);
        await RunAsync(Insert, new { task, at = "infinity" });
        await RunAsync(change);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task The_hour_a_mark_names_is_the_hour_the_engine_buckets_it_in()
    {
        var random = new Random(7);
        var span = (HourBucket.RangeEnd - HourBucket.RangeStart).TotalSeconds;
        List<Instant> instants = [];
        foreach (var _ in Enumerable.Range(0, 200))
        {
            var hour = HourBucket.Containing(HourBucket.RangeStart + Duration.FromSeconds(random.NextDouble() * span));
            var within = Duration.FromNanoseconds(1_000L * random.NextInt64(3_600_000_000));
            instants.AddRange([hour.Start, hour.Start + within, hour.End - Duration.FromNanoseconds(1_000)]);
        }

        await RunAsync(
            """
            insert into public.task_usage (task_id, model, created_at)
            select @task, n::text, at from unnest(@instants) with ordinality i (at, n)
            """,
            new { task = await UsedTaskAsync(), instants = instants.ToArray() });
        (await Database.MarksAsync()).Select(mark => mark.BucketHour!.Value).ShouldBe(
            instants.Select(instant => HourBucket.Containing(instant).Start).Distinct(), ignoreOrder: true);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Theory]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Chatham")]
    public async Task The_sessions_time_zone_does_not_matter(string zone)
    {
        var task = await UsedTaskAsync();
        await using (var source = Database.Connect(address => address.Options = $"-c TimeZone={zone}"))
        {
            await using var insert = source.CreateCommand(
                "insert into public.task_usage (task_id, model, created_at) values ($1, 'a', '2026-03-01 01:59:00+00')");
            insert.Parameters.Add(new() { Value = task });
            await insert.ExecuteNonQueryAsync(Cancellation);
        }

        (await Database.MarksAsync()).ShouldBe([Mark(1, task)]);
        await using var engine = TestEngine.On(Database, address: address => address.Options = $"-c TimeZone={zone}");
        await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
        (await engine.Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);
    }
}
