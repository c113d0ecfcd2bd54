using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>
/// Runs the steps of a drain in a different order than the engine, with a change at the point where the order matters. With the
/// same change, the engine is exact.
/// </summary>
public sealed class StepOrderMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 10);

    private Guid task;
    private Guid otherAgent;

    [Fact]
    public async Task A_stepwise_drain_in_the_engines_order_is_exact()
    {
        await ChangedUsageAsync();
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.LockAsync();
            await drain.ClaimAsync();
            await drain.ResolveAsync();
            await drain.ComputeAsync();
            await drain.ReplaceAsync();
            await drain.CommitAsync();
        }

        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_drain_that_reads_before_it_claims_takes_the_mark_of_a_change_that_it_has_not_read()
    {
        await ChangedUsageAsync();
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.LockAsync();
            await drain.PeekAsync();
            await drain.ResolveAsync();
            await drain.ComputeAsync();
            await ChangeAgainAsync();
            await drain.ClaimEveryAsync();
            await drain.ReplaceAsync();
            await drain.CommitAsync();
        }

        (await DriftAsync()).ShouldBe(2, "the bucket as it is and as it should be");
    }

    [Fact]
    public async Task A_drain_that_resolves_before_it_claims_takes_the_mark_of_a_move_that_it_does_not_know()
    {
        await ChangedUsageAsync();
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.LockAsync();
            await drain.PeekAsync();
            await drain.ResolveAsync();
            await MoveAsync();
            await drain.ClaimEveryAsync();
            await drain.ComputeAsync();
            await drain.ReplaceAsync();
            await drain.CommitAsync();
        }

        (await DriftAsync()).ShouldBe(1, "the new agent has no bucket");
    }

    [Fact]
    public async Task A_drain_that_computes_before_it_locks_overwrites_a_newer_result()
    {
        await ChangedUsageAsync();
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.PeekAsync();
            await drain.ResolveAsync();
            await drain.ComputeAsync();
            await ChangeAndDrainAsync();
            await drain.LockAsync();
            await drain.ClaimEveryAsync();
            await drain.ReplaceAsync();
            await drain.CommitAsync();
        }

        (await DriftAsync()).ShouldBe(2, "the bucket as it is and as it should be");
    }

    [Fact]
    public async Task A_drain_that_commits_its_claim_before_it_replaces_loses_the_marks_when_it_dies()
    {
        await ChangedUsageAsync();
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.LockAsync();
            await drain.ClaimAsync();
            await drain.CommitAndGoOnAsync();
            await drain.ResolveAsync();
            await drain.ComputeAsync();
        }

        (await DriftAsync()).ShouldBe(2, "the bucket as it is and as it should be");
    }

    [Fact]
    public async Task A_drain_that_reads_former_agents_before_the_current_agent_misses_an_agent_left_in_between()
    {
        await DeletedUsageAsync();
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.LockAsync();
            await drain.ClaimAsync();
            await drain.ResolveByTwoAsync(MoveAsync);
            await drain.ComputeAsync();
            await drain.ReplaceAsync();
            await drain.CommitAsync();
        }

        (await DriftAsync()).ShouldBe(1, "the old agent's bucket holds what was deleted");
    }

    [Theory]
    [InlineData(nameof(DrainStep.Picked)), InlineData(nameof(DrainStep.Locked)), InlineData(nameof(DrainStep.Claimed)), InlineData(nameof(DrainStep.Resolved))]
    [InlineData(nameof(DrainStep.TasksRead)), InlineData(nameof(DrainStep.Computed)), InlineData(nameof(DrainStep.Replaced)), InlineData(nameof(DrainStep.Committed))]
    public async Task The_engine_is_exact_whatever_happens_at_any_step(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        foreach (var (prepare, happens) in new (Func<Task>, Func<Task>)[]
        {
            (ChangedUsageAsync, ChangeAgainAsync), (ChangedUsageAsync, MoveAsync), (ChangedUsageAsync, ChangeAndDrainAsync),
            (DeletedUsageAsync, MoveAsync),
        })
        {
            await prepare();
            await Replica(new At(step, happens)).Engine.DrainAsync(cancellationToken: Cancellation);
            (await DriftAsync()).ShouldBe(0);
        }
    }

    [Theory]
    [InlineData(nameof(DrainStep.Claimed)), InlineData(nameof(DrainStep.Resolved)), InlineData(nameof(DrainStep.TasksRead)), InlineData(nameof(DrainStep.Computed))]
    [InlineData(nameof(DrainStep.Replaced))]
    public async Task The_engine_is_exact_even_if_it_dies_after_its_claim(string stepName)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await ChangedUsageAsync();
        var dying = Replica(new At(step, () => throw new NpgsqlException("The connection broke.")));
        await Should.ThrowAsync<NpgsqlException>(() => dying.Engine.DrainAsync(cancellationToken: Cancellation));
        (await DriftAsync()).ShouldBe(0);
    }

    /// <summary>A usage row that was drained, changed and marked.</summary>
    private async Task ChangedUsageAsync()
    {
        await DrainedUsageAsync();
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 11 where task_id = @task", new { task });
    }

    /// <summary>A usage row that was drained, deleted and marked.</summary>
    private async Task DeletedUsageAsync()
    {
        await DrainedUsageAsync();
        await Database.ExecuteAsync("delete from public.task_usage where task_id = @task", new { task });
    }

    private async Task DrainedUsageAsync()
    {
        var workspace = await Seed.Workspace();
        task = await Seed.AgentTask(await Seed.Agent(workspace));
        otherAgent = await Seed.Agent(workspace);
        await Seed.UsageRow(task, createdAt: Noon);
        await DrainAsync();
    }

    private async Task ChangeAgainAsync() => await
        Database.ExecuteAsync("update public.task_usage set input_tokens = 777 where task_id = @task", new { task });

    private async Task ChangeAndDrainAsync()
    {
        await ChangeAgainAsync();
        await Replica().RoundAsync(Cancellation);
    }

    /// <summary>The task moves to another agent, and another replica expands its mark to the hour.</summary>
    private async Task MoveAsync()
    {
        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @otherAgent where id = @task", new { otherAgent, task });
        await Replica().RoundAsync(Cancellation);
    }

    /// <summary>The drift once nothing is pending.</summary>
    private async Task<long> DriftAsync()
    {
        await DrainAsync();
        (await Database.PendingAsync()).ShouldBe(0);
        return await Database.DriftAsync();
    }
}
