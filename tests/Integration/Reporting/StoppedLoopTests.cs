using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>If no loop runs, marks older than ten seconds make their hours stale.</summary>
public sealed class StoppedLoopTests(DatabaseFixture fixture) : PendingReportTests(fixture)
{
    [Fact]
    public async Task With_a_loop_that_is_alive_a_mark_may_wait_to_the_limit()
    {
        await MarkAsync(Noon, MyTask, age: "1 minute");
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task Without_a_heartbeat_for_fifteen_seconds_a_mark_of_ten_seconds_is_stale()
    {
        await HeartbeatAsync("16 seconds");
        await MarkAsync(Noon, MyTask, age: "11 seconds");
        await ShouldComeFromBucketsAsync(Hours - 1);
    }

    [Fact]
    public async Task Without_a_heartbeat_a_new_mark_is_not_stale()
    {
        await HeartbeatAsync("1 hour");
        await MarkAsync(Noon, MyTask, age: "1 second");
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task A_completed_drain_counts_as_a_heartbeat()
    {
        await HeartbeatAsync("1 hour");
        await Database.ExecuteAsync("update usage_rollup.replica set drain_ended_at = clock_timestamp()");
        await MarkAsync(Noon, MyTask, age: "1 minute");
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task A_loop_that_lives_and_whose_last_round_failed_is_no_loop_that_runs()
    {
        await Database.ExecuteAsync(
            "update usage_rollup.replica set last_error = 'away', last_error_at = clock_timestamp(), drain_ended_at = clock_timestamp(), failures = 1");
        await MarkAsync(Noon, MyTask, age: "11 seconds");
        await ShouldComeFromBucketsAsync(Hours - 1);
        await Database.ExecuteAsync("update usage_rollup.replica set failures = 0");
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task A_loop_that_is_back_after_an_outage_runs_though_it_has_found_nothing_to_drain_since()
    {
        await Database.ExecuteAsync("update usage_rollup.replica set last_error = 'away', last_error_at = clock_timestamp(), failures = 0");
        await MarkAsync(Noon, MyTask, age: "1 minute");
        await ShouldComeFromBucketsAsync(Hours);
    }

    [Fact]
    public async Task A_paused_engine_is_not_running()
    {
        await EngineUnderTest.PauseAsync(Cancellation);
        await MarkAsync(Noon, MyTask, age: "11 seconds");
        await ShouldComeFromBucketsAsync(Hours - 1);
    }

    [Fact]
    public async Task Without_marks_no_loop_is_needed()
    {
        await HeartbeatAsync("1 hour");
        await ShouldComeFromBucketsAsync(Hours);
    }
}
