using NodaTime;
using Shouldly;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>What can't be computed is set aside alone, with its error, and retried later.</summary>
public sealed class SetAsideTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    private const string Overflow = """
        update public.task_usage set model = 'same', provider = case model when 'm3' then 'a' else 'A' end,
               input_tokens = 9000000000000000000, created_at = @hour
        where model in ('m3', 'm4')
        """;

    [Fact]
    public async Task A_sum_that_exceeds_64_bits_is_set_aside_and_everything_else_is_drained()
    {
        await PoisonAsync();
        var result = await DrainSlowlyAsync();
        (result.Failed, result.Hours).ShouldBe((1, 20));
        var setAside = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        (setAside.BucketHour, setAside.AgentId is null, setAside.Attempts).ShouldBe((Hour(3), false, 1));
        setAside.Error.ShouldContain("OverflowException");
        (await Database.MarksAsync()).Select(mark => mark.BucketHour).Distinct().ShouldBe([Hour(3)], "its marks are kept");
        (await Database.BucketsAsync()).Count.ShouldBe(18);
        (await Database.ScalarAsync<long>("select failed_hours from usage_rollup.status")).ShouldBe(1);
    }

    [Fact]
    public async Task Each_failure_doubles_the_wait()
    {
        await PoisonAsync();
        List<Duration> waits = [];
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            (await DrainSlowlyAsync()).Failed.ShouldBe(1);
            var setAside = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
            setAside.Attempts.ShouldBe(attempt);
            waits.Add(setAside.RetryAt - setAside.LastFailedAt);
            await RetryNowAsync();
        }

        waits.Select(wait => Math.Round(wait.TotalMinutes)).ShouldBe([10, 20, 40, 60], "up to the longest");
    }

    [Fact]
    public async Task New_marks_do_not_bring_the_retry_forward()
    {
        await PoisonAsync();
        await DrainSlowlyAsync();
        var before = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        await Database.ExecuteAsync("update public.task_usage set output_tokens = 1");
        (await DrainSlowlyAsync()).Failed.ShouldBe(0);
        (await StatusAsync()).SetAside.ShouldHaveSingleItem().ShouldBe(before);
        (await Database.ScalarAsync<long>("select count(distinct bucket_hour) from usage_rollup.dirty")).ShouldBe(1);
    }

    [Fact]
    public async Task Correcting_the_row_clears_the_failure_at_the_next_retry()
    {
        await PoisonAsync();
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 1 where model = 'same'");
        await RetryNowAsync();
        (await DrainSlowlyAsync()).Hours.ShouldBe(1);
        (await StatusAsync()).SetAside.ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_backfill_continues_past_a_failing_sum_and_completes_without_it()
    {
        await PoisonAsync();
        await Database.ExecuteAsync("truncate usage_rollup.dirty");
        var replica = Slow();
        (await replica.Engine.BackfillAsync(new(), cancellationToken: Cancellation)).Failed.ShouldBe(1);
        (await StatusAsync()).Complete.ShouldBeTrue();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 1 where model = 'same'");
        await RetryNowAsync();
        await RunUntilAsync(replica, "select not exists (select from usage_rollup.dirty)");
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task An_idle_loop_retries_when_the_retry_is_due()
    {
        await PoisonAsync();
        var replica = Slow();
        await replica.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select failed_hours = 1 from usage_rollup.status");
        await RetryNowAsync();
        await Database.UntilAsync("select attempts > 1 from usage_rollup.set_aside");
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 1 where model = 'same'");
        await RetryNowAsync();
        await Database.UntilAsync("select failed_hours = 0 and pending_live = 0 from usage_rollup.status");
        await replica.Parts.Loop.StopAsync(Cancellation);
        (await Database.DriftAsync()).ShouldBe(0);
    }

    /// <summary>Marks twenty hours, one of which can't be summed.</summary>
    private async Task PoisonAsync()
    {
        await HistoryAsync(20);
        await Database.ExecuteAsync("update public.task_usage set output_tokens = 2");
        await Database.ExecuteAsync(Overflow, new { hour = Hour(3) });
    }

    private TestEngine Slow() => Replica(configure: options =>
    {
        options.MinBackoff = TimeSpan.FromMinutes(10);
        options.MaxBackoff = TimeSpan.FromHours(1);
    });

    private Task<Usage.Engine.Draining.DrainResult> DrainSlowlyAsync() =>
        Slow().Engine.DrainAsync(cancellationToken: Cancellation);

    private Task<EngineStatus> StatusAsync() => Replica().Engine.GetStatusAsync(Cancellation);

    private Task<int> RetryNowAsync() => Database.ExecuteAsync("update usage_rollup.set_aside set retry_at = clock_timestamp()");
}
