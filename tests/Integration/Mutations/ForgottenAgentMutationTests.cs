using NodaTime;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>
/// A drain that is held between its two reads attributes a task to an agent that the task has left since. Others drain the task's
/// marks meanwhile, so nothing names the task when the old agent is forgotten. Then a row of the task commits in an hour that the
/// drain has locked.
/// </summary>
public sealed class ForgottenAgentMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    private const string ForgetAtOnce = """
        delete from usage_rollup.moved m
        where not exists (select from usage_rollup.dirty d where d.task_id = m.task_id)
        """;

    private const string SeeSql = "update usage_rollup.moved set seen_by = pg_current_xact_id() where seen_by is null";

    [Fact]
    public async Task A_row_with_an_attribution_older_than_its_tasks_move_is_attributed_again() =>
        (await DriftAsync(TidyAsync)).ShouldBe(0);

    [Fact]
    public async Task An_agent_that_is_forgotten_as_soon_as_no_mark_names_its_task_keeps_the_row() =>
        (await DriftAsync(() => Database.ExecuteAsync(ForgetAtOnce))).ShouldBe(1);

    /// <summary>As if stamping and forgetting were one transaction, or stamping were not its first writing statement.</summary>
    [Fact]
    public async Task An_agent_stamped_by_a_transaction_older_than_the_drain_is_forgotten_too_early()
    {
        await using var seeing = await BeginAsync();
        await seeing.ScalarAsync<string>("select pg_current_xact_id()::text");
        (await DriftAsync(async () =>
        {
            await seeing.ExecuteAsync(SeeSql);
            await seeing.CommitAsync();
            await Database.UntilMovedAgentsAreForgottenAsync(Cancellation);
        })).ShouldBe(1);
    }

    private async Task<long> DriftAsync(Func<Task> forget)
    {
        var workspace = await Seed.Workspace();
        var (from, to) = (await Seed.Agent(workspace), await Seed.Agent(workspace));
        var (busy, moving) = (await Seed.AgentTask(from), await Seed.AgentTask(from));
        await Seed.UsageRow(busy, model: "first", createdAt: Hour(0));
        await Seed.UsageRow(moving, createdAt: Hour(1));
        await Seed.UsageRow(busy, model: "third", createdAt: Hour(2));
        await DrainAsync();

        // Hours 0 and 2 are read as one range, which contains the task's only row.
        await Database.ExecuteAsync("update public.task_usage set input_tokens = 11 where task_id = @busy", new { busy });
        Waitpoint waitpoint = new(DrainStep.TasksRead);
        var drain = Replica(waitpoint).Engine.DrainAsync(cancellationToken: Cancellation);
        await waitpoint.HoldsAsync(drain);

        await Database.ExecuteAsync("update public.agent_task_queue set agent_id = @to where id = @moving", new { to, moving });
        var other = Replica();
        await other.RoundAsync(Cancellation);
        (await Database.ScalarAsync<long>("select count(*) from usage_rollup.dirty where task_id = @moving", new { moving }))
            .ShouldBe(0, "all that names the task is drained");
        await forget();
        await Seed.UsageRow(moving, model: "late", createdAt: Hour(0));

        waitpoint.Release();
        await drain;
        await DrainAsync();
        (await Database.PendingAsync()).ShouldBe(0);
        return await Database.DriftAsync();
    }

    private async Task TidyAsync()
    {
        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
        await Replica().Parts.Housekeeping.RunWhenDueAsync(Cancellation);
    }

    private static Instant Hour(int number) => Instant.FromUtc(2026, 3, 1, number, 10);
}
