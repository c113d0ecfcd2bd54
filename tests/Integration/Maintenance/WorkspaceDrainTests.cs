using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>A drain of one workspace drains what may affect it, and skips what certainly does not.</summary>
public sealed class WorkspaceDrainTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    [Fact]
    public async Task Another_workspaces_marks_stay_pending()
    {
        var (one, other) = (await SceneAsync(), await SceneAsync());
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 77");
        await DrainAsync(one.Workspace);
        (await Database.MarksAsync()).ShouldBe([MarkRow.Of(Hour(0), other.Task)]);
        (await InputAsync(one.Workspace), await InputAsync(other.Workspace)).ShouldBe((77, 10));
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_task_that_moved_to_another_workspaces_agent_affects_both()
    {
        var (one, other) = (await SceneAsync(), await SceneAsync());
        await Database.ExecuteAsync(
            "update public.agent_task_queue set agent_id = @to where id = @Task", new { to = other.Agent, one.Task });
        await DrainAsync(one.Workspace);
        (await InputAsync(one.Workspace)).ShouldBe(0);
        await DrainAsync(other.Workspace);
        (await InputAsync(other.Workspace)).ShouldBe(20);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_deleted_task_or_agent_affects_its_workspace()
    {
        var scene = await SceneAsync();
        await Database.ExecuteAsync("delete from public.agent where id = @Agent", scene);
        await DrainAsync(scene.Workspace);
        (await InputAsync(scene.Workspace)).ShouldBe(0);
        await Database.ShouldBeExactAsync();
    }

    [Theory]
    [InlineData("delete from public.task_usage where task_id = @Task")]
    [InlineData("update public.task_usage set created_at = created_at + interval '5 hours' where task_id = @Task")]
    public async Task An_hour_that_an_agent_left_before_it_left_the_workspace_affects_the_workspace(string change)
    {
        var scene = await SceneAsync();
        var other = await Seed.Workspace();
        await Database.ExecuteAsync(change, scene);
        await Database.ExecuteAsync(
            "update public.agent set workspace_id = @other where id = @Agent", new { other, scene.Agent });
        await DrainAsync(scene.Workspace);
        (await InputAsync(scene.Workspace)).ShouldBe(0);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    private Task<Usage.Engine.Draining.DrainResult> DrainAsync(Guid workspace) =>
        Replica().Engine.DrainAsync(workspace, cancellationToken: Cancellation);

    private Task<long> InputAsync(Guid workspace) => Database.ScalarAsync<long>(
        "select coalesce(sum(input_tokens), 0)::bigint from usage_rollup.hourly where workspace_id = @workspace", new { workspace });
}
