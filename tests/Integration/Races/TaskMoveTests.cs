using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Races;

/// <summary>A task moves while a usage row for it is uncommitted, and neither transaction sees the other.</summary>
public sealed class TaskMoveTests(DatabaseFixture fixture) : EngineTests(fixture)
{
    private const string Insert =
        "insert into public.task_usage (task_id, model, input_tokens, created_at) values (@Task, 'late', 3, '2026-03-01 05:10:00+00')";

    private const string ToAnotherHour =
        "update public.task_usage set created_at = created_at + interval '1 hour' where task_id = @Task";

    public static TheoryData<string, bool> Moves { get; } = new MatrixTheoryData<string, bool>(
        [
            "update public.agent_task_queue set runtime_id = @OtherRuntime where id = @Task",
            "update public.agent_task_queue set runtime_id = null where id = @Task",
            "update public.agent_task_queue set agent_id = @OtherAgent where id = @Task",
            "update public.agent_task_queue set issue_id = null where id = @Task",
            "update public.issue set project_id = null where id = @Issue",
            "update public.agent set workspace_id = (select id from public.workspace where id <> @Workspace) where id = @Agent",
            "delete from public.agent_runtime where id = @Runtime",
            "delete from public.project where id = @Project",
        ],
        [true, false]);

    [Theory, MemberData(nameof(Moves))]
    public async Task A_move_and_an_insert_that_do_not_see_each_other_are_both_counted(string move, bool insertCommitsFirst)
    {
        await Seed.Workspace();
        var scene = await SceneAsync();
        await using var inserter = await BeginAsync();
        await using var mover = await BeginAsync();
        await inserter.ExecuteAsync(Insert, scene);
        await mover.ExecuteAsync(move, scene);

        await (insertCommitsFirst ? inserter : mover).CommitAsync();
        await DrainAsync();
        await Database.ShouldBeExactAsync();

        await (insertCommitsFirst ? mover : inserter).CommitAsync();
        await DrainAsync();
        await Database.ShouldBeExactAsync();
        (await Database.BucketsAsync()).Sum(bucket => bucket.InputTokens).ShouldBe(13);
    }

    [Theory, MemberData(nameof(Moves))]
    public async Task A_row_that_is_edited_into_another_hour_before_the_move_is_expanded_leaves_no_bucket_behind(
        string move, bool insertCommitsFirst)
    {
        await Seed.Workspace();
        var scene = await SceneAsync();
        await using var inserter = await BeginAsync();
        await using var mover = await BeginAsync();
        await inserter.ExecuteAsync(Insert, scene);
        await mover.ExecuteAsync(move, scene);

        await (insertCommitsFirst ? inserter : mover).CommitAsync();
        await DrainAsync();
        await (insertCommitsFirst ? mover : inserter).CommitAsync();
        await Database.ExecuteAsync(ToAnotherHour, scene);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_task_that_passes_through_three_agents_leaves_its_usage_with_the_last()
    {
        var scene = await SceneAsync();
        var third = await Seed.Agent(scene.Workspace);
        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        await Database.ExecuteAsync(
            "update public.agent_task_queue set agent_id = @third where id = @Task", new { scene.Task, third });
        await Database.ExecuteAsync(ToAnotherHour, scene);
        await DrainAsync();
        (await Database.BucketsAsync()).ShouldHaveSingleItem().AgentId.ShouldBe(third);
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task Agents_are_forgotten_only_when_no_mark_names_the_task()
    {
        var scene = await SceneAsync();
        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        Waitpoint waitpoint = new(DrainStep.Replaced);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        (await MovedAsync()).ShouldBe(1, "a claimed mark may come back");
        waitpoint.Release();
        await drain;
        await Database.UntilMovedAgentsAreForgottenAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }

    [Theory]
    [InlineData(nameof(DrainStep.Claimed))]
    [InlineData(nameof(DrainStep.TasksRead))]
    [InlineData(nameof(DrainStep.Replaced))]
    public async Task Agents_are_not_forgotten_while_a_drain_is_held_that_claimed_its_marks_before_the_move(
        string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        var scene = await SceneAsync();
        var other = await Seed.AgentTask(scene.Agent);
        await Seed.UsageRow(other, createdAt: Hour(4));
        Waitpoint waitpoint = new(step);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @OtherAgent where id = @Task", scene);
        await Replica().RoundAsync(Cancellation);
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.dirty where task_id = @Task", scene)).ShouldBe(0);
        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        (await MovedAsync()).ShouldBe(1, "the drain may know the task by its old agent");

        waitpoint.Release();
        await drain;
        await Database.UntilMovedAgentsAreForgottenAsync(Cancellation);
        await Database.ShouldBeExactAsync();
    }

    private Task<long> MovedAsync() => Database.ScalarAsync<long>("select count(*) from usage_rollup.moved");
}
