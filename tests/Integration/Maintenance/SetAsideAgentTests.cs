using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>
/// An agent whose usage in an hour can't be summed is set aside alone: all other usage of that hour is counted.
/// </summary>
public sealed class SetAsideAgentTests(DatabaseFixture fixture) : PoisonedHourTests(fixture)
{
    [Fact]
    public async Task One_agents_overflow_leaves_every_other_agent_of_the_hour_counted()
    {
        await PoisonAsync(PoisonedTask);
        await Seed.UsageRow(HealthyTask, model: "new", createdAt: Hour(0));
        (await DrainSlowlyAsync()).Failed.ShouldBe(1);

        (await HealthyTokensAsync()).ShouldBe(20);
        var setAside = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        (setAside.BucketHour, setAside.AgentId, setAside.TaskId, setAside.Attempts).ShouldBe((Hour(0), Poisoned, null, 1));
        setAside.Error.ShouldBe(
            "OverflowException: input_tokens of openai/gpt adds up to 18000000000000000000, which exceeds 64 bits");
        (await Database.MarksAsync()).ShouldBe([AgentMark()]);
        (await Database.BucketsAsync()).Where(bucket => bucket.AgentId == Poisoned).ShouldHaveSingleItem().Model.ShouldBe(
            "good", "what was counted before stays as it was");
    }

    [Fact]
    public async Task The_tasks_of_an_agent_that_was_set_aside_stay_as_they_were_and_those_of_all_others_are_counted()
    {
        await PoisonAsync(await Seed.AgentTask(Poisoned));
        var another = await Seed.AgentTask(Healthy);
        await Seed.UsageRow(another, createdAt: Hour(0));
        (await DrainSlowlyAsync()).Failed.ShouldBe(1);
        (await TasksOfAsync(Poisoned)).ShouldBe([PoisonedTask]);
        (await TasksOfAsync(Healthy)).ShouldBe([HealthyTask, another], ignoreOrder: true);

        // Whoever waits is left out of a recompute of the whole hour, and no hour looks drifted meanwhile.
        await Database.ExecuteAsync("delete from usage_rollup.hourly_tasks where agent_id = @Healthy", new { Healthy });
        await Slow().Engine.BackfillAsync(new(), cancellationToken: Cancellation);
        (await TasksOfAsync(Poisoned)).ShouldBe([PoisonedTask]);
        (await TasksOfAsync(Healthy)).ShouldBe([HealthyTask, another], ignoreOrder: true);
        (await Replica().Engine.VerifyAsync(new(), cancellationToken: Cancellation)).DriftCount.ShouldBe(0);

        await MendAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        (await TasksOfAsync(Poisoned)).Count.ShouldBe(2);
        await Database.ShouldBeExactAsync();

        Task<IReadOnlyList<Guid>> TasksOfAsync(Guid agent) => Database.QueryAsync<Guid>(
            "select unnest(usage_rollup.task_ids(task_ids)) from usage_rollup.hourly_tasks where agent_id = @agent", new { agent });
    }

    [Fact]
    public async Task All_agents_that_fail_in_an_hour_are_found_at_once()
    {
        await PoisonAsync(PoisonedTask);
        await PoisonAsync(HealthyTask);
        (await DrainSlowlyAsync()).ShouldSatisfyAllConditions(result => result.Failed.ShouldBe(2), result => result.Hours.ShouldBe(1));
        (await StatusAsync()).SetAside.Select(one => one.AgentId!.Value).ShouldBe([Poisoned, Healthy], ignoreOrder: true);
    }

    [Fact]
    public async Task New_marks_of_other_agents_in_the_hour_are_drained_at_once()
    {
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 7 where task_id = @HealthyTask", new { HealthyTask });
        (await DrainSlowlyAsync()).ShouldSatisfyAllConditions(result => result.Hours.ShouldBe(1), result => result.Failed.ShouldBe(0));
        (await HealthyTokensAsync()).ShouldBe(7);
        (await Database.MarksAsync()).ShouldBe([AgentMark()]);
    }

    [Fact]
    public async Task An_hour_marked_as_a_whole_is_counted_for_all_but_the_agent_that_waits()
    {
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        var before = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        await Database.ExecuteAsync("delete from usage_rollup.hourly where agent_id = @Healthy", new { Healthy });
        var backfill = await Slow().Engine.BackfillAsync(new(), cancellationToken: Cancellation);

        (backfill.Written, backfill.Deleted, backfill.Failed).ShouldBe((1, 0, 0));
        (await HealthyTokensAsync()).ShouldBe(10);
        (await StatusAsync()).SetAside.ShouldHaveSingleItem().ShouldBe(before);
        (await Database.ScalarAsync<short[]>("select array_agg(origin order by origin) from usage_rollup.dirty"))
            .ShouldBe([(short)0, (short)1], "the backfill's mark is kept beside the live one");
    }

    [Fact]
    public async Task A_backfill_completes_even_if_an_agent_of_an_hour_is_set_aside()
    {
        await PoisonAsync(PoisonedTask);
        var replica = Slow();
        (await replica.Engine.BackfillAsync(new(), cancellationToken: Cancellation)).Failed.ShouldBe(1);
        (await StatusAsync()).Complete.ShouldBeTrue();
        await MendAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_sum_that_exceeds_64_bits_only_in_between_is_counted()
    {
        await PoisonAsync(PoisonedTask);
        await Seed.UsageRow(PoisonedTask, provider: "openAI", input: -9_000_000_000_000_000_000, createdAt: Hour(0));
        (await DrainAsync()).Failed.ShouldBe(0);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task The_status_names_hour_and_agent()
    {
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        (await Database.ScalarAsync<string[]>("select set_aside from usage_rollup.status"))
            .ShouldBe([$"hour 2026-03-01T00:00:00Z, agent {Poisoned}"]);
        (await Database.ScalarAsync<long>("select failed_hours from usage_rollup.status")).ShouldBe(1);
        (await Database.ScalarAsync<long>("select failed_agents from usage_rollup.status")).ShouldBe(1);
    }
}
