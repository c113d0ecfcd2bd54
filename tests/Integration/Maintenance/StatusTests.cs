using NodaTime;
using Shouldly;
using Usage.Demo.Planning;
using Usage.Engine.Diagnostics;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class StatusTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Fact]
    public async Task Without_marks_nothing_is_pending_and_the_lag_is_zero()
    {
        await SceneAsync();
        var status = await StatusAsync();
        (status.PendingLive, status.PendingBackfill, status.OldestLiveAge).ShouldBe((0, 0, Duration.Zero));
        (await LagAsync()).ShouldBe(0);
    }

    [Fact, Trait("Field", "15")]
    public async Task The_lag_is_the_age_of_the_oldest_live_mark_however_old_it_is()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        await Database.ExecuteAsync(
            "insert into usage_rollup.dirty (bucket_hour, origin, enqueued_at) values (@hour, 1, '1960-01-01')",
            new { hour = Hour(0) });
        await Database.ExecuteAsync(
            "update usage_rollup.dirty set enqueued_at = '1970-01-01 00:00:00+00' where bucket_hour is null");
        (await LagAsync()).ShouldBe((await Database.ScalarAsync<Instant>("select now()")).ToUnixTimeSeconds(), 60);
        var status = await StatusAsync();
        (status.PendingLive, status.PendingBackfill).ShouldBe((2, 1));
        status.OldestLiveAge.ShouldBeGreaterThan(Duration.FromDays(50 * 365));
        await DrainAsync();
        (await LagAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_backfill_is_pending_and_not_a_lag()
    {
        await SceneAsync();
        await Replica().Engine.BackfillAsync(new() { Drain = false }, cancellationToken: Cancellation);
        (await LagAsync()).ShouldBe(0);
        var status = await StatusAsync();
        (status.PendingLive, status.PendingBackfill, status.Backfill!.HoursPending).ShouldBe((0, 1, 1));
    }

    [Fact]
    public async Task The_last_drain_is_recorded_with_its_rows_under_its_replicas_name()
    {
        var scene = await SceneAsync();
        await Seed.UsageRow(scene.Task, model: "second", createdAt: Hour(0));
        await Replica(configure: options => options.ReplicaName = "the second").Engine.DrainAsync(cancellationToken: Cancellation);
        var status = await StatusAsync();
        status.LastDrainRows.ShouldBe(2);
        status.LastDrainEndedAt!.Value.ShouldBeGreaterThanOrEqualTo(status.LastDrainStartedAt!.Value);
        status.Replicas[0].Name.ShouldBe("the second");
        status.Replicas.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_replica_whose_loop_sent_a_heartbeat_is_alive_and_one_that_ended_is_not()
    {
        (await StatusAsync()).Running.ShouldBeFalse();
        var host = Replica(configure: options => options.ReplicaName = "the living");
        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 1 from usage_rollup.replica where name = 'the living' and heartbeat_at > started_at");
        await Database.ExecuteAsync(
            "insert into usage_rollup.replica (name, heartbeat_at) values ('the dead', now() - interval '1 minute'), ('a verb', null)");
        var status = await StatusAsync();
        status.Running.ShouldBeTrue();
        status.LastHeartbeatAt.ShouldNotBeNull();
        status.Replicas.ToDictionary(replica => replica.Name, replica => replica.Alive)
            .ShouldBe(new Dictionary<string, bool> { ["the living"] = true, ["the dead"] = false, ["a verb"] = false }, ignoreOrder: true);
        await host.Engine.PauseAsync(Cancellation);
        (await StatusAsync()).Running.ShouldBeFalse();
        await host.Parts.Loop.StopAsync(Cancellation);

        await host.Engine.ResumeAsync(Cancellation);
        await Database.ExecuteAsync("update usage_rollup.replica set heartbeat_at = now() - interval '1 minute' where heartbeat_at is not null");
        (await StatusAsync()).Running.ShouldBeFalse();
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("failure")]
    public async Task A_loop_sends_heartbeats_even_while_it_is_paused_or_failing(string state)
    {
        var host = Replica(
            state == "failure" ? new First(int.MaxValue, DrainStep.Picked, () => throw new InvalidOperationException("It fails.")) : null);
        await MarkAsync(await SceneAsync());
        if (state == "pause")
        {
            await host.Engine.PauseAsync(Cancellation);
        }

        await host.Parts.Loop.StartAsync(Cancellation);
        await Database.UntilAsync("select exists (select from usage_rollup.replica where heartbeat_at > started_at)");
        await Database.UntilAsync(state == "pause"
            ? "select bool_and(failures = 0) from usage_rollup.replica"
            : "select exists (select from usage_rollup.replica where failures > 1 and heartbeat_at > last_error_at)");
        await host.Parts.Loop.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Heartbeats_hardly_ever_touch_an_index()
    {
        var replica = Replica(configure: options => options.ReplicaName = "beating").Parts.Replica;
        await replica.RegisterAsync(Cancellation);
        for (var count = 0; count < 500; count++)
        {
            await replica.BeatAsync(Cancellation);
        }

        await Database.UntilAsync(
            "select n_tup_upd >= 500 and n_tup_hot_upd >= 0.9 * n_tup_upd from pg_stat_user_tables where relid = 'usage_rollup.replica'::regclass");
    }

    [Theory]
    [InlineData("drop trigger usage_rollup_insert on public.task_usage", "public.task_usage.usage_rollup_insert")]
    [InlineData("alter table public.task_usage disable trigger usage_rollup_truncate", "public.task_usage.usage_rollup_truncate")]
    [InlineData("alter table public.issue disable trigger all", "public.issue.usage_rollup_move")]
    [InlineData("alter table public.agent enable replica trigger usage_rollup_move", "public.agent.usage_rollup_move")]
    [InlineData("drop trigger usage_rollup_delete on public.agent_task_queue", "public.agent_task_queue.usage_rollup_delete")]
    public async Task A_missing_or_disabled_trigger_is_named(string change, string trigger)
    {
        await using var transaction = await BeginAsync();
        await transaction.ExecuteAsync(change);
        (await transaction.ScalarAsync<string[]>("select broken_triggers from usage_rollup.status")).ShouldBe([trigger]);
        await transaction.RollbackAsync();
        (await StatusAsync()).BrokenTriggers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_out_of_range_are_counted()
    {
        var scene = await SceneAsync();
        await Database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, model, created_at)
            values (@Task, 'a', 'infinity'), (@Task, 'b', '-infinity'), (@Task, 'c', '1999-12-31 23:59:59+00'), (@Task, 'd', '2101-01-01 00:00:00+00')
            """,
            scene);
        (await StatusAsync()).RowsOutOfRange.ShouldBe(4);
    }

    [Fact, Trait("Field", "2")]
    public async Task Marks_of_any_age_wait_until_they_are_drained()
    {
        var scene = await SceneAsync();
        await MarkAsync(scene);
        await Database.ExecuteAsync("update usage_rollup.dirty set enqueued_at = now() - interval '20 years'");
        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    private Task<EngineStatus> StatusAsync() => Replica().Engine.GetStatusAsync(Cancellation);

    private Task<double> LagAsync() => Database.ScalarAsync<double>("select usage_rollup.lag_seconds()");
}
