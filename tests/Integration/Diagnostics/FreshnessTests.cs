using NodaTime;
using Shouldly;
using Usage.Engine.Draining;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>The histogram of time from a change's commit to its bucket's.</summary>
public sealed class FreshnessTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private const string Instrument = "usage.drain.freshness";

    private const string AgeSql = "update usage_rollup.dirty set enqueued_at = enqueued_at - interval '1 hour'";

    [Fact]
    public async Task Each_hour_is_as_fresh_as_its_oldest_change()
    {
        await using Measured host = new(Database);
        var scene = await SceneAsync();
        await Seed.UsageRow(scene.Task, model: "old", createdAt: Hour(0));
        await Database.ExecuteAsync(AgeSql);
        await Seed.UsageRow(scene.Task, model: "new", createdAt: Hour(0));
        await Seed.UsageRow(scene.Task, createdAt: Hour(1), model: "another hour");
        using var freshness = host.Collect<double>(Instrument);

        await host.Parts.Engine.DrainAsync(cancellationToken: Cancellation);

        var ages = freshness.GetMeasurementSnapshot().Select(measurement => measurement.Value).Order().ToList();
        ages.Count.ShouldBe(2);
        ages[0].ShouldBeInRange(0, 3_599);
        ages[1].ShouldBeGreaterThanOrEqualTo(3_600);
    }

    [Fact]
    public async Task A_change_in_a_long_transaction_is_as_old_as_its_commit()
    {
        await using Measured host = new(Database);
        var scene = await SceneAsync();
        await using var writer = await BeginAsync();
        await writer.ExecuteAsync("update public.task_usage set input_tokens = 99 where task_id = @Task", scene);
        await writer.ExecuteAsync(AgeSql);
        var state = await new IdlePoll(Database.DataSource, TimeProvider.System).PollAsync(Cancellation);
        await writer.CommitAsync();
        using var freshness = host.Collect<double>(Instrument);

        await host.Parts.Round.RunAsync(RoundPlan.Background(new()), state.Now, workspaceId: null, progress: null, Cancellation);

        freshness.GetMeasurementSnapshot().ShouldHaveSingleItem().Value.ShouldBeInRange(0, 3_599, "the look did not see it, so it committed later");
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_backfill_says_nothing_of_freshness()
    {
        await using Measured host = new(Database);
        await SceneAsync();
        using var freshness = host.Collect<double>(Instrument);

        await host.Parts.Engine.BackfillAsync(new(), cancellationToken: Cancellation);

        freshness.GetMeasurementSnapshot().ShouldBeEmpty();
    }
}
