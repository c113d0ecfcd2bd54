using NodaTime;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>
/// While a task's first move is expanded, the task gets usage in another hour, which is drained, and moves again.
/// </summary>
public sealed class ExpansionOrderMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    private const string TakeSql = "delete from usage_rollup.dirty where bucket_hour is null and task_id = @task";

    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 10);

    private Guid task;
    private Guid lastRuntime;

    [Fact]
    public async Task A_move_during_an_expansion_reaches_an_hour_in_which_the_task_has_gained_usage()
    {
        await MovedTaskAsync();
        await Replica(new At(DrainStep.EntitiesTaken, UsageAndMoveAsync)).Engine.DrainAsync(cancellationToken: Cancellation);
        await DrainAsync();
        await Database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task An_expansion_that_finds_the_hours_before_it_takes_the_marks_leaves_that_hour_under_the_old_runtime()
    {
        await MovedTaskAsync();
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, Cancellation);
            await EntityHours.MarkAsync(
                connection, [new(new(task, null, null), Origin: 0, Noon)], Cancellation);
            await UsageAndMoveAsync();
            await using Npgsql.NpgsqlCommand take = new(TakeSql, connection);
            take.Parameters.AddWithValue("task", task);
            (await take.ExecuteNonQueryAsync(Cancellation)).ShouldBe(2);
            await transaction.CommitAsync(Cancellation);
        }

        await DrainAsync();
        (await Database.PendingAsync()).ShouldBe(0);
        (await Database.DriftAsync()).ShouldBe(2, "the bucket as it is and as it should be");
    }

    private async Task MovedTaskAsync()
    {
        var workspace = await Seed.Workspace();
        task = await Seed.AgentTask(await Seed.Agent(workspace), runtime: await Seed.Runtime(workspace));
        lastRuntime = await Seed.Runtime(workspace);
        await Seed.UsageRow(task, createdAt: Noon);
        await DrainAsync();
        await Database.ExecuteAsync(
            "update public.agent_task_queue set runtime_id = @runtime where id = @task", new { runtime = await Seed.Runtime(workspace), task });
    }

    private async Task UsageAndMoveAsync()
    {
        await Seed.UsageRow(task, model: "later", createdAt: Noon + Duration.FromHours(5));
        // Another replica drains the hour, and skips the move that is being expanded.
        await using (var drain = await StepwiseDrain.BeginAsync(Database))
        {
            await drain.LockAsync();
            await drain.ClaimAsync();
            await drain.ResolveAsync();
            await drain.ComputeAsync();
            await drain.ReplaceAsync();
            await drain.CommitAsync();
        }

        await Database.ExecuteAsync("update public.agent_task_queue set runtime_id = @lastRuntime where id = @task", new { lastRuntime, task });
    }
}
