using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

public sealed class PauseTests(DatabaseFixture fixture) : HistoryTests(fixture)
{
    [Fact]
    public async Task A_pause_by_one_replica_stops_every_other_until_any_resumes()
    {
        var scene = await SceneAsync();
        var (one, two) = (Replica(), Replica());
        await one.Engine.PauseAsync(Cancellation);
        await MarkAsync(scene);
        await Should.ThrowAsync<EnginePausedException>(() => two.Engine.DrainAsync(cancellationToken: Cancellation));
        await Should.ThrowAsync<EnginePausedException>(() => two.Engine.BackfillAsync(new(), cancellationToken: Cancellation));
        (await Database.PendingAsync()).ShouldBeGreaterThan(0, "changes are still marked");

        await two.Engine.ResumeAsync(Cancellation);
        await one.Engine.DrainAsync(cancellationToken: Cancellation);
        await one.Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_second_pause_keeps_the_time_of_the_first_which_status_shows()
    {
        var engine = Replica().Engine;
        (await engine.GetStatusAsync(Cancellation)).PausedSince.ShouldBeNull();
        await engine.PauseAsync(Cancellation);
        var since = (await engine.GetStatusAsync(Cancellation)).PausedSince;
        await Replica().Engine.PauseAsync(Cancellation);
        (await engine.GetStatusAsync(Cancellation)).PausedSince.ShouldBe(since);
        (await Should.ThrowAsync<EnginePausedException>(
            () => engine.DrainAsync(cancellationToken: Cancellation))).Since.ShouldBe(since!.Value);
        await engine.ResumeAsync(Cancellation);
        (await engine.GetStatusAsync(Cancellation)).PausedSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_background_loop_stops_while_paused_and_continues_afterwards()
    {
        var scene = await SceneAsync();
        await Replica().Engine.PauseAsync(Cancellation);
        await MarkAsync(scene);
        var pausedAtRound = true;
        var host = Replica(new At(DrainStep.Picked, async () =>
            pausedAtRound = await Database.ScalarAsync<bool>("select paused_at is not null from usage_rollup.control")));
        await host.Parts.Loop.StartAsync(Cancellation);
        // A host registers before its first poll.
        await Database.UntilAsync("select count(*) = 2 from usage_rollup.replica");
        (await Database.PendingAsync()).ShouldBeGreaterThan(0);

        await Replica().Engine.ResumeAsync(Cancellation);
        await Database.UntilAsync("select count(*) = 0 from usage_rollup.dirty");
        await host.Parts.Loop.StopAsync(Cancellation);
        pausedAtRound.ShouldBeFalse("its first round began after the pause");
        await Database.ShouldBeExactAsync();
    }
}
