using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

/// <summary>Changes to the attribution of usage rows.</summary>
public sealed class MoveTests(DatabaseFixture fixture) : TriggerTests(fixture)
{
    [Theory]
    [InlineData("update public.agent_task_queue set runtime_id = @OtherRuntime where id = @Task")]
    [InlineData("update public.agent_task_queue set runtime_id = null where id = @Task")]
    [InlineData("update public.agent_task_queue set issue_id = null where id = @Task")]
    public async Task A_task_that_changes_runtime_or_issue_is_marked(string move)
    {
        var scene = await SceneAsync();
        await RunAsync(move, scene);
        (await MovedAsync()).ShouldBeEmpty();
        await ShouldHaveMarkedAsync(TaskMark(scene.Task));
    }

    [Fact]
    public async Task A_task_that_changes_its_agent_is_marked_and_the_old_agent_remembered()
    {
        var scene = await SceneAsync();
        await RunAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        (await MovedAsync()).ShouldBe([(scene.Task, scene.Agent)]);
        await ShouldHaveMarkedAsync(TaskMark(scene.Task));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().AgentId.ShouldBe(scene.OtherAgent);
    }

    [Theory]
    [InlineData("update public.agent_task_queue set status = 'failed', started_at = now(), completed_at = now() where id = @Task")]
    [InlineData("update public.agent_task_queue set runtime_id = runtime_id, agent_id = agent_id, issue_id = issue_id where id = @Task")]
    [InlineData("update public.issue set title = 'renamed' where id = @Issue")]
    [InlineData("update public.agent set name = 'renamed', runtime_id = @OtherRuntime where id = @Agent")]
    [InlineData("update public.workspace set name = 'renamed' where id = @Workspace")]
    [InlineData("update public.project set title = 'renamed' where id = @Project")]
    [InlineData("insert into public.agent_task_queue (agent_id, issue_id) values (@Agent, @Issue)")]
    public async Task A_change_that_no_bucket_depends_on_marks_nothing(string change)
    {
        await RunAsync(change, await SceneAsync());
        (await MovedAsync()).ShouldBeEmpty();
        await ShouldHaveMarkedAsync();
    }

    [Fact]
    public async Task An_issue_that_changes_its_project_is_marked()
    {
        var scene = await SceneAsync();
        await RunAsync("update public.issue set project_id = null where id = @Issue", scene);
        await ShouldHaveMarkedAsync(IssueMark(scene.Issue));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().ProjectId.ShouldBeNull();
    }

    [Fact]
    public async Task An_agent_that_changes_its_workspace_is_marked_and_its_buckets_follow()
    {
        var scene = await SceneAsync();
        var other = await Seed.Workspace();
        await RunAsync("update public.agent set workspace_id = @other where id = @Agent", new { other, scene.Agent });
        await ShouldHaveMarkedAsync(AgentMark(scene.Agent));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().WorkspaceId.ShouldBe(other);
    }

    [Fact, Trait("Field", "9")]
    public async Task Where_the_agents_and_the_issues_workspaces_differ_the_agents_counts()
    {
        var scene = await SceneAsync();
        var other = await Seed.Workspace();
        var foreign = await Seed.Issue(other, await Seed.Project(other));
        await RunAsync("update public.agent_task_queue set issue_id = @foreign where id = @Task", new { foreign, scene.Task });
        await ShouldHaveMarkedAsync(TaskMark(scene.Task));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().WorkspaceId.ShouldBe(scene.Workspace);

        await RunAsync("update public.issue set project_id = @Project where id = @foreign", new { scene.Project, foreign });
        await ShouldHaveMarkedAsync(IssueMark(foreign));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().ProjectId.ShouldBe(scene.Project);

        await RunAsync("update public.task_usage set input_tokens = 99");
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().InputTokens.ShouldBe(99);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_merge_and_an_upsert_move_tasks_too()
    {
        var scene = await SceneAsync();
        await RunAsync(
            """
            merge into public.agent_task_queue t using (values (@OtherAgent)) s (agent) on t.id = @Task
            when matched then update set agent_id = s.agent
            """,
            scene);
        await ShouldHaveMarkedAsync(TaskMark(scene.Task));
        await RunAsync(
            """
            insert into public.agent_task_queue (id, agent_id) values (@Task, @Agent)
            on conflict (id) do update set agent_id = excluded.agent_id, runtime_id = null
            """,
            scene);
        await ShouldHaveMarkedAsync(TaskMark(scene.Task));
    }
}
