using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class CompletenessTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    private const string IsComplete = "select complete from usage_rollup.status";
    private const string EveryBackfillIsCompleted = "select bool_and(completed_at is not null) from usage_rollup.backfill";

    [Fact]
    public async Task Two_hosts_that_start_at_once_mark_all_history_once()
    {
        await HistoryAsync(30);
        var hosts = new[] { Replica(), Replica(), Replica() };
        await Task.WhenAll(hosts.Select(host => RunUntilAsync(host, IsComplete)));
        (await BackfillsAsync()).ShouldBe(1);
        await Database.ShouldBeExactAsync();
        (await Database.BucketsAsync()).Count.ShouldBe(30);
    }

    [Fact]
    public async Task A_host_that_starts_later_marks_nothing_again()
    {
        await HistoryAsync(3);
        await RunUntilAsync(Replica(), IsComplete);
        var later = Replica();
        await RunUntilAsync(later, "select count(*) = 2 from usage_rollup.replica");
        (await BackfillsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_rollup_without_any_usage_is_complete_at_once()
    {
        await RunUntilAsync(Replica(), IsComplete);
        (await Replica().Engine.GetStatusAsync(Cancellation)).Backfill!.HoursTotal.ShouldBe(0);
    }

    [Fact]
    public async Task Without_automatic_backfill_history_is_not_marked()
    {
        await HistoryAsync(3);
        await RunUntilAsync(
            Replica(configure: options => options.AutoBackfill = false), "select count(*) = 1 from usage_rollup.replica");
        (await BackfillsAsync()).ShouldBe(0);
        (await Database.ScalarAsync<bool>(IsComplete)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_rollup_is_complete_only_when_the_last_hour_has_committed()
    {
        await HistoryAsync(1);
        Waitpoint waitpoint = new(DrainStep.Replaced);
        var backfill = Replica(waitpoint).Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(backfill);
        var other = Replica();
        await other.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 1 from usage_rollup.replica");
        (await Database.ScalarAsync<bool>(IsComplete)).ShouldBeFalse();
        waitpoint.Release();
        await backfill;
        (await Database.ScalarAsync<bool>(IsComplete)).ShouldBeTrue();
        await other.Parts.Loop.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_backfill_left_to_hosts_that_have_long_been_idle_is_completed_by_them()
    {
        await HistoryAsync(20);
        var host = Replica();
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync(IsComplete);

        await Replica().Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation);
        await Database.UntilAsync(EveryBackfillIsCompleted);
        await Replica().Engine.BackfillAsync(
            new() { From = Hour(3), To = Hour(6), Drain = false }, cancellationToken: Cancellation);
        await Database.UntilAsync(EveryBackfillIsCompleted);
        await host.Parts.Loop.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_backfill_that_another_drain_finishes_is_completed_by_housekeeping()
    {
        await HistoryAsync(3);
        await Replica().Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation);
        await DrainAsync();
        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        (await Database.ScalarAsync<bool>(IsComplete)).ShouldBeTrue();
    }

    [Fact]
    public async Task Marks_that_were_made_before_a_crash_are_never_forgotten_however_old_they_are()
    {
        await HistoryAsync(3);
        await Replica().Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation);
        await Database.ExecuteAsync("update usage_rollup.backfill set started_at = started_at - interval '1 year'");
        await RunUntilAsync(Replica(configure: options => options.AutoBackfill = false), IsComplete);
        await Database.ShouldBeExactAsync();
    }

    private Task<long> BackfillsAsync() => Database.ScalarAsync<long>("select count(*) from usage_rollup.backfill");
}
