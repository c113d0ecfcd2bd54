using NodaTime;
using Shouldly;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Retention;

/// <summary>When hours may be frozen.</summary>
public sealed class FreezeTests(DatabaseFixture fixture) : RetentionTestBase(fixture)
{
    [Fact]
    public async Task It_moves_forward_only_and_freezing_again_does_nothing()
    {
        await UsedAsync();
        var first = await FreezeAsync(Middle);
        (first.FrozenBefore, first.Previously, first.Verified!.DriftCount).ShouldBe((Middle, null, 0));
        first.Verified.RawRows.ShouldBe(await Database.ScalarAsync<long>("select count(*) from public.task_usage where created_at < @Middle", new { Middle }));
        (await FreezeAsync(Middle)).ShouldBe(new(Middle, Middle, null));
        (await FreezeAsync(Hour(60))).Previously.ShouldBe(Middle);
        await RefusedAsync(Middle, $"it must not be before {Hour(60)}, where it is now");
        (await Replica().Engine.GetStatusAsync(Cancellation)).FrozenBefore.ShouldBe(Hour(60));
    }

    [Fact]
    public async Task An_instant_that_is_no_whole_hour_or_too_recent_is_refused()
    {
        await UsedAsync();
        await RefusedAsync(Hour(1) + Duration.FromMinutes(30), "it must be a whole UTC hour");
        await RefusedAsync(Instant.FromUtc(1999, 1, 1, 0, 0), "it must be a whole UTC hour between 2000 and 2100");
        var recent = await Database.ScalarAsync<Instant>("select date_trunc('hour', now(), 'UTC') - interval '46 hours'");
        await RefusedAsync(recent, "it must be at least 48 hours in the past");
        (await FreezeAsync(recent - Duration.FromHours(3))).FrozenBefore.ShouldBe(recent - Duration.FromHours(3));
    }

    [Theory]
    [InlineData("truncate usage_rollup.backfill", "History is not backfilled yet")]
    [InlineData("update usage_rollup.hourly set input_tokens = 7 where bucket_hour = '2026-03-01 05:00+00'", "buckets before 2026-03-03T00:00:00Z differ from the raw rows")]
    [InlineData(
        "insert into usage_rollup.set_aside (bucket_hour, error, retry_at) values ('2026-03-01 05:00+00', 'x', 'infinity')", "1 items before 2026-03-03T00:00:00Z could not be computed")]
    public async Task Hours_that_are_not_known_to_be_right_are_refused(string change, string reason)
    {
        await UsedAsync();
        await Database.ExecuteAsync(change);
        await RefusedAsync(Middle, reason);
    }

    [Fact]
    public async Task Without_verification_drift_is_frozen_too()
    {
        await UsedAsync();
        await Database.ExecuteAsync("update usage_rollup.hourly set input_tokens = 7");
        (await FreezeAsync(Middle, verify: false)).Verified.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_pending_is_drained_first_and_a_paused_engine_freezes_nothing()
    {
        await UsedAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1; update public.agent_task_queue set runtime_id = null");
        await Replica().Engine.PauseAsync(Cancellation);
        await Should.ThrowAsync<EnginePausedException>(FreezeAsync(Middle));
        await Replica().Engine.ResumeAsync(Cancellation);
        await FreezeAsync(Middle);
        await Database.ShouldBeExactAsync();
    }

    private async Task RefusedAsync(Instant before, string reason) =>
        (await Should.ThrowAsync<FreezeRefusedException>(FreezeAsync(before))).Message.ShouldContain(reason);
}
