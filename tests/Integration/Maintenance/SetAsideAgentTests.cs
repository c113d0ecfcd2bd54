using NodaTime;
using Shouldly;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>An agent whose usage in an hour can't be summed is set aside alone: everybody else's usage of that hour is counted.</summary>
public sealed class SetAsideAgentTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private Guid poisoned;
    private Guid poisonedTask;
    private Guid healthy;
    private Guid healthyTask;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        (poisoned, healthy) = (await Seed.Agent(await Seed.Workspace()), await Seed.Agent(await Seed.Workspace()));
        (poisonedTask, healthyTask) = (await Seed.AgentTask(poisoned), await Seed.AgentTask(healthy));
        await Seed.UsageRow(poisonedTask, model: "good", createdAt: Hour(0));
        await Seed.UsageRow(healthyTask, model: "small", createdAt: Hour(0));
        await DrainAsync();
    }

    [Fact]
    public async Task One_agents_overflow_leaves_every_other_agent_of_the_hour_counted()
    {
        await PoisonAsync(poisonedTask);
        await Seed.UsageRow(healthyTask, model: "new", createdAt: Hour(0));
        (await DrainSlowlyAsync()).Failed.ShouldBe(1);

        (await HealthyTokensAsync()).ShouldBe(20);
        var setAside = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        (setAside.BucketHour, setAside.AgentId, setAside.TaskId, setAside.Attempts).ShouldBe((Hour(0), poisoned, null, 1));
        setAside.Error.ShouldBe(
            "OverflowException: input_tokens of openai/gpt adds up to 18000000000000000000, which is over 64 bits");
        (await Database.MarksAsync()).ShouldBe([AgentMark()]);
        (await Database.BucketsAsync()).Where(bucket => bucket.AgentId == poisoned).ShouldHaveSingleItem().Model.ShouldBe(
            "good", "what was counted before stays as it was");
    }

    [Fact]
    public async Task All_agents_that_fail_in_an_hour_are_found_at_once()
    {
        await PoisonAsync(poisonedTask);
        await PoisonAsync(healthyTask);
        (await DrainSlowlyAsync()).ShouldSatisfyAllConditions(result => result.Failed.ShouldBe(2), result => result.Hours.ShouldBe(1));
        (await StatusAsync()).SetAside.Select(one => one.AgentId!.Value).ShouldBe([poisoned, healthy], ignoreOrder: true);
    }

    [Fact]
    public async Task New_marks_of_other_agents_in_the_hour_are_drained_at_once()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 7 where task_id = @healthyTask", new { healthyTask });
        (await DrainSlowlyAsync()).ShouldSatisfyAllConditions(result => result.Hours.ShouldBe(1), result => result.Failed.ShouldBe(0));
        (await HealthyTokensAsync()).ShouldBe(7);
        (await Database.MarksAsync()).ShouldBe([AgentMark()]);
    }

    [Fact]
    public async Task New_marks_of_the_failing_agent_do_not_bring_its_retry_forward_and_leave_nothing_to_pick()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        var before = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        await Database.ExecuteAsync("update public.task_usage set output_tokens = 1 where task_id = @poisonedTask", new { poisonedTask });
        (await DrainSlowlyAsync()).Failed.ShouldBe(0);

        (await StatusAsync()).SetAside.ShouldHaveSingleItem().ShouldBe(before);
        (await Database.MarksAsync()).ShouldBe([AgentMark()]);
        (await Slow().RoundAsync(Cancellation)).Empty.ShouldBeTrue();
    }

    [Fact]
    public async Task An_hour_marked_as_a_whole_is_counted_for_all_but_the_agent_that_waits()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        var before = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        await Database.ExecuteAsync("delete from usage_rollup.hourly where agent_id = @healthy", new { healthy });
        var backfill = await Slow().Engine.BackfillAsync(new(), cancellationToken: Cancellation);

        (backfill.Written, backfill.Deleted, backfill.Failed).ShouldBe((1, 0, 0));
        (await HealthyTokensAsync()).ShouldBe(10);
        (await StatusAsync()).SetAside.ShouldHaveSingleItem().ShouldBe(before);
        (await Database.ScalarAsync<short[]>("select array_agg(origin order by origin) from usage_rollup.dirty"))
            .ShouldBe([(short)0, (short)1], "the backfill's mark is kept beside the live one");
    }

    [Fact]
    public async Task A_backfill_is_complete_though_an_agent_of_an_hour_is_set_aside()
    {
        await PoisonAsync(poisonedTask);
        var replica = Slow();
        (await replica.Engine.BackfillAsync(new(), cancellationToken: Cancellation)).Failed.ShouldBe(1);
        (await StatusAsync()).Complete.ShouldBeTrue();
        await MendAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_mended_agent_is_counted_at_its_retry()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        await MendAsync();
        await DrainSlowlyAsync();
        (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task An_agent_that_fails_again_waits_longer_and_its_marks_become_one_again()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        for (var i = 0; i < 3; i++)
        {
            await Database.ExecuteAsync("update public.task_usage set output_tokens = output_tokens + 1 where task_id = @poisonedTask", new { poisonedTask });
            await DrainSlowlyAsync();
        }

        await RetryNowAsync();
        (await DrainSlowlyAsync()).Failed.ShouldBe(1);
        var setAside = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        (setAside.Attempts, Math.Round((setAside.RetryAt - setAside.LastFailedAt).TotalMinutes)).ShouldBe((2, 20));
        (await Database.PendingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_task_that_leaves_the_failing_agent_is_taken_from_it_at_the_retry_though_it_is_forgotten_meanwhile()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @healthy where id = @poisonedTask", new { healthy, poisonedTask });
        (await DrainSlowlyAsync()).Failed.ShouldBe(1, "now the other agent's usage can't be summed");
        await Database.UntilMovedAgentsAreForgottenAsync(Cancellation);

        await MendAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        (await Database.BucketsAsync()).ShouldAllBe(bucket => bucket.AgentId == healthy);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task An_agent_that_is_deleted_while_it_waits_leaves_no_bucket()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("delete from public.agent where id = @poisoned", new { poisoned });
        await DrainSlowlyAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        (await Database.BucketsAsync()).ShouldAllBe(bucket => bucket.AgentId == healthy);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_sum_that_leaves_64_bits_only_on_the_way_is_counted()
    {
        await PoisonAsync(poisonedTask);
        await Seed.UsageRow(poisonedTask, provider: "openAI", input: -9_000_000_000_000_000_000, createdAt: Hour(0));
        (await DrainAsync()).Failed.ShouldBe(0);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task The_status_names_hour_and_agent()
    {
        await PoisonAsync(poisonedTask);
        await DrainSlowlyAsync();
        (await Database.ScalarAsync<string[]>("select set_aside from usage_rollup.status"))
            .ShouldBe([$"hour 2026-03-01T00:00:00Z, agent {poisoned}"]);
        (await Database.ScalarAsync<long>("select failed_hours from usage_rollup.status")).ShouldBe(1);
        (await Database.ScalarAsync<long>("select failed_agents from usage_rollup.status")).ShouldBe(1);
    }

    /// <summary>Two rows of one bucket, whose sum is over 64 bits.</summary>
    private async Task PoisonAsync(Guid task)
    {
        await Seed.UsageRow(task, provider: "openai", input: 9_000_000_000_000_000_000, createdAt: Hour(0));
        await Seed.UsageRow(task, provider: "OpenAI", input: 9_000_000_000_000_000_000, createdAt: Hour(0));
    }

    private Task<int> MendAsync() => Database.ExecuteAsync("update public.task_usage set input_tokens = 1 where input_tokens > 1000");

    private MarkRow AgentMark() => new(Hour(0), null, null, poisoned);

    private Task<long> HealthyTokensAsync() => Database.ScalarAsync<long>(
        "select sum(input_tokens)::bigint from usage_rollup.hourly where agent_id = @healthy", new { healthy });

    private TestEngine Slow() => Replica(configure: options =>
    {
        options.MinBackoff = TimeSpan.FromMinutes(10);
        options.MaxBackoff = TimeSpan.FromHours(1);
    });

    private Task<DrainResult> DrainSlowlyAsync() => Slow().Engine.DrainAsync(cancellationToken: Cancellation);

    private Task<EngineStatus> StatusAsync() => Replica().Engine.GetStatusAsync(Cancellation);

    private Task<int> RetryNowAsync() => Database.ExecuteAsync("update usage_rollup.set_aside set retry_at = clock_timestamp()");
}
