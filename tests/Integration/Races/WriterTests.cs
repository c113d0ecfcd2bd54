using Shouldly;
using Usage.Demo.Planning;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

/// <summary>Writers never wait for a drain, nor for each other because of a mark.</summary>
public sealed class WriterTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Theory, MemberData(nameof(Steps))]
    public async Task A_writer_commits_while_a_drain_of_its_hour_is_held(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        await MarkAsync(scene);
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await using var writer = await BeginAsync();
        await writer.ExecuteAsync("set local lock_timeout = '10ms'");
        await writer.ExecuteAsync(
            "insert into public.task_usage (task_id, model, created_at) values (@Task, 'new', '2026-03-01 00:30:00+00')", scene);
        await writer.ExecuteAsync("update public.task_usage set input_tokens = 5 where task_id = @Task", scene);
        await writer.ExecuteAsync(
            "update public.agent_task_queue set agent_id = @OtherAgent, status = 'failed' where id = @Task", scene);
        await writer.ExecuteAsync("update public.issue set project_id = null where id = @Issue", scene);
        await writer.ExecuteAsync("delete from public.agent_runtime where id = @OtherRuntime", scene);
        await writer.ExecuteAsync("delete from public.agent where id = @Agent", scene);
        await writer.CommitAsync();
        await using var deleter = await BeginAsync();
        await deleter.ExecuteAsync("set local lock_timeout = '10ms'");
        await deleter.ExecuteAsync("delete from public.workspace where id = @Workspace", scene);
        await deleter.CommitAsync();

        waitpoint.Release();
        await drain;
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }

    [Theory, Trait("Field", "13")]
    [InlineData("update public.issue set project_id = null where id = @Id")]
    [InlineData("delete from public.issue where id = @Id")]
    [InlineData("update public.agent_task_queue set runtime_id = null where issue_id = @Id")]
    [InlineData("update public.task_usage set model = 'edited' where task_id = (select id from public.agent_task_queue where issue_id = @Id)")]
    public async Task Two_transactions_that_change_four_issues_in_opposite_order_do_not_wait(string change)
    {
        var scene = await SceneAsync();
        List<Guid> issues = [];
        for (var number = 0; number < 4; number++)
        {
            var issue = await Seed.Issue(scene.Workspace, scene.Project);
            await Seed.UsageRow(await Seed.AgentTask(scene.Agent, issue, scene.Runtime), createdAt: Hour(number % 2));
            issues.Add(issue);
        }

        await using var one = await BeginAsync();
        await using var two = await BeginAsync();
        await one.ExecuteAsync("set local lock_timeout = '10ms'");
        await two.ExecuteAsync("set local lock_timeout = '10ms'");
        // Both sides use the same hours, agent, runtime and project in opposite order, so that marks would contend if they could.
        await one.ExecuteAsync(change, new { Id = issues[0] });
        await two.ExecuteAsync(change, new { Id = issues[1] });
        await one.ExecuteAsync(change, new { Id = issues[3] });
        await two.ExecuteAsync(change, new { Id = issues[2] });
        await one.CommitAsync();
        await two.CommitAsync();

        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Two_rows_of_one_task_are_written_by_two_transactions_at_once()
    {
        var scene = await SceneAsync();
        await Seed.UsageRow(scene.Task, model: "second", createdAt: Hour(0));
        await using var one = await BeginAsync();
        await using var two = await BeginAsync();
        await one.ExecuteAsync("update public.task_usage set input_tokens = 1 where task_id = @Task and model = 'gpt'", scene);
        await two.ExecuteAsync("update public.task_usage set input_tokens = 1 where task_id = @Task and model = 'second'", scene);
        await two.CommitAsync();
        await DrainAsync();
        await one.CommitAsync();
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }
}
