using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>An agent that is set aside waits for its retry, whatever happens to it meanwhile, and nothing of it is lost.</summary>
public sealed class SetAsideRetryTests(DatabaseFixture fixture) : PoisonedHourTests(fixture)
{
    [Fact]
    public async Task New_marks_of_the_failing_agent_do_not_bring_its_retry_forward_and_leave_nothing_to_pick()
    {
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        var before = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        await Database.ExecuteAsync("update public.task_usage set output_tokens = 1 where task_id = @PoisonedTask", new { PoisonedTask });
        (await DrainSlowlyAsync()).Failed.ShouldBe(0);

        (await StatusAsync()).SetAside.ShouldHaveSingleItem().ShouldBe(before);
        (await Database.MarksAsync()).ShouldBe([AgentMark()]);
        (await Slow().RoundAsync(Cancellation)).Empty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_corrected_agent_is_counted_at_its_retry()
    {
        await PoisonAsync(PoisonedTask);
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
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        for (var i = 0; i < 3; i++)
        {
            await Database.ExecuteAsync("update public.task_usage set output_tokens = output_tokens + 1 where task_id = @PoisonedTask", new { PoisonedTask });
            await DrainSlowlyAsync();
        }

        await RetryNowAsync();
        (await DrainSlowlyAsync()).Failed.ShouldBe(1);
        var setAside = (await StatusAsync()).SetAside.ShouldHaveSingleItem();
        (setAside.Attempts, Math.Round((setAside.RetryAt - setAside.LastFailedAt).TotalMinutes)).ShouldBe((2, 20));
        (await Database.PendingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_task_that_leaves_the_failing_agent_is_removed_from_it_at_the_retry_even_if_forgotten_meanwhile()
    {
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @Healthy where id = @PoisonedTask", new { Healthy, PoisonedTask });
        (await DrainSlowlyAsync()).Failed.ShouldBe(1, "now the other agent's usage can't be summed");
        await Database.UntilMovedAgentsAreForgottenAsync(Cancellation);

        await MendAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        (await Database.BucketsAsync()).ShouldAllBe(bucket => bucket.AgentId == Healthy);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task An_agent_that_is_deleted_while_it_waits_leaves_no_bucket()
    {
        await PoisonAsync(PoisonedTask);
        await DrainSlowlyAsync();
        await Database.ExecuteAsync("delete from public.agent where id = @Poisoned", new { Poisoned });
        await DrainSlowlyAsync();
        await RetryNowAsync();
        await DrainSlowlyAsync();
        (await Database.BucketsAsync()).ShouldAllBe(bucket => bucket.AgentId == Healthy);
        await Database.ShouldBeExactAsync();
    }
}
