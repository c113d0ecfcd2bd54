using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Triggers;

/// <summary>Deletes of every ancestor of a usage row, propagated by the application's foreign keys.</summary>
public sealed class CascadeTests(DatabaseFixture fixture) : TriggerTests(fixture)
{
    [Fact, Trait("Field", "1")]
    public async Task A_deleted_runtime_leaves_its_usage_in_buckets_without_a_runtime()
    {
        var scene = await SceneAsync();
        await RunAsync("delete from public.agent_runtime where id = @Runtime", scene);
        await ShouldHaveMarkedAsync(TaskMark(scene.Task));
        var bucket = (await Database.BucketsAsync()).ShouldHaveSingleItem();
        (bucket.RuntimeId, bucket.InputTokens).ShouldBe((null, 10));
    }

    [Fact]
    public async Task A_deleted_project_leaves_its_usage_in_buckets_without_a_project()
    {
        var scene = await SceneAsync();
        await RunAsync("delete from public.project where id = @Project", scene);
        await ShouldHaveMarkedAsync(IssueMark(scene.Issue));
        (await Database.BucketsAsync()).ShouldHaveSingleItem().ProjectId.ShouldBeNull();
    }

    [Fact]
    public async Task A_deleted_issues_buckets_are_removed()
    {
        var scene = await SceneAsync();
        await RunAsync("delete from public.issue where id = @Issue", scene);
        await ShouldHaveGoneAsync(scene);
    }

    [Fact]
    public async Task A_deleted_tasks_buckets_are_removed()
    {
        var scene = await SceneAsync();
        await RunAsync("delete from public.agent_task_queue where id = @Task", scene);
        await ShouldHaveGoneAsync(scene);
    }

    [Fact, Trait("Field", "8")]
    public async Task A_deleted_agents_buckets_are_removed()
    {
        var scene = await SceneAsync();
        await RunAsync("delete from public.agent where id = @Agent", scene);
        await ShouldHaveGoneAsync(scene);
    }

    [Fact]
    public async Task A_deleted_workspaces_buckets_are_removed_and_no_others()
    {
        var (scene, other) = (await SceneAsync(), await SceneAsync());
        await RunAsync("delete from public.workspace where id = @Workspace", scene);
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().WorkspaceId.ShouldBe(other.Workspace);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Only_the_deleted_tasks_usage_leaves_a_bucket_that_others_share()
    {
        var scene = await SceneAsync();
        var neighbour = await Seed.AgentTask(scene.Agent, scene.Issue, scene.Runtime);
        await Seed.UsageRow(neighbour, input: 7, createdAt: Hour(0));
        await RunAsync("delete from public.agent_task_queue where id = @Task", scene);
        await ShouldHaveMarkedAsync(Mark(0, scene.Task));
        var bucket = (await Database.BucketsAsync()).ShouldHaveSingleItem();
        (bucket.InputTokens, bucket.TaskCount).ShouldBe((7, 1));
    }

    [Fact]
    public async Task A_task_deleted_and_inserted_again_under_its_id_is_counted_where_it_is_now()
    {
        var scene = await SceneAsync();
        await RunAsync(
            """
            delete from public.agent_task_queue where id = @Task;
            insert into public.agent_task_queue (id, agent_id) values (@Task, @OtherAgent);
            insert into public.task_usage (task_id, model, created_at) values (@Task, 'again', '2026-03-01 00:20:00+00')
            """,
            scene);
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().AgentId.ShouldBe(scene.OtherAgent);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Everything_deleted_in_one_transaction_in_any_order_leaves_no_bucket()
    {
        var scene = await SceneAsync();
        await using var writer = await BeginAsync();
        await writer.ExecuteAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        await writer.ExecuteAsync("delete from public.agent_runtime where id = @Runtime", scene);
        await writer.ExecuteAsync("delete from public.project where id = @Project", scene);
        await writer.ExecuteAsync("delete from public.agent", scene);
        await writer.ExecuteAsync("delete from public.workspace", scene);
        await writer.CommitAsync();
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldBeEmpty();
        await Database.ShouldBeExactAsync();
    }

    private async Task ShouldHaveGoneAsync(Scene scene)
    {
        (await MovedAsync()).ShouldBe([(scene.Task, scene.Agent)]);
        await ShouldHaveMarkedAsync(Mark(0, scene.Task));
        (await Database.BucketsAsync()).ShouldBeEmpty();
    }
}
