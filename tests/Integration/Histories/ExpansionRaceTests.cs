using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Histories;

/// <summary>
/// A drain of a workspace reads entities and hours in two statements. Another replica expands the workspace's only mark from an
/// entity to an hour in between: in either order, the mark must not be missed.
/// </summary>
public sealed class ExpansionRaceTests(PostgresFixture postgres)
{
    private const int WaitKey = 4711;
    private const string LeftSql = "select count(*) from usage_rollup.dirty where task_id = @task";

    /// <summary>
    /// Reading agents waits for an advisory lock, after the snapshot is taken. Of the two statements, only the one for hours
    /// reads agents.
    /// </summary>
    private const string AgentsThatWait = """
        create function public.waited() returns boolean language plpgsql volatile as $$
        begin
            perform pg_advisory_xact_lock_shared(4711);
            return true;
        end
        $$;
        alter table public.agent rename to agent_rows;
        create view public.agent as select a.* from public.agent_rows a where public.waited();
        """;

    [Fact]
    public async Task A_drain_of_a_workspace_does_not_end_when_another_replica_has_just_expanded_its_marks()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using HistoryHosts hosts = new(database, superuser: false);
        var workspace = await database.Seed.Workspace();
        var task = await database.Seed.AgentTask(await database.Seed.Agent(workspace));
        await database.Seed.UsageRow(task);
        var host = hosts.Start("host", observer: null, NullLoggerFactory.Instance);
        await host.Engine.DrainAsync(cancellationToken: cancellation);
        await database.ExecuteAsync(
            "insert into usage_rollup.dirty (bucket_hour, task_id) values ('2026-01-01', @other)",
            new { other = await database.Seed.LoneTask() });
        await database.ExecuteAsync(AgentsThatWait);
        await database.ExecuteAsync("insert into usage_rollup.dirty (task_id) values (@task)", new { task });

        ExpandOnly observer = new();
        var expansion = hosts.Start("other", observer, NullLoggerFactory.Instance).Round.RunAsync(
            RoundPlan.Background(new()), horizon: null, workspaceId: null, progress: null, cancellation);
        await observer.Taken.Task.WaitAsync(cancellation);
        await using var gate = await OpenTransaction.BeginAsync(database);
        await gate.ExecuteAsync("select pg_advisory_xact_lock(@WaitKey)", new { WaitKey });
        var drain = host.Engine.DrainAsync(workspace, cancellationToken: cancellation);
        await database.UntilAsync(RollupState.SomeoneWaitsForALock);
        observer.Expand.SetResult();
        await Should.ThrowAsync<PlannedDisconnectException>(() => expansion);
        await gate.CommitAsync();

        await drain;
        (await database.ScalarAsync<long>(LeftSql, new { task })).ShouldBe(0);
    }

    /// <summary>Holds the taken marks until released, and dies after expanding them.</summary>
    private sealed class ExpandOnly : IDrainObserver
    {
        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Expand { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken)
        {
            if (step is DrainStep.EntitiesTaken)
            {
                Taken.SetResult();
                await Expand.Task.WaitAsync(cancellationToken);
            }
            else if (step is DrainStep.EntitiesExpanded)
            {
                throw new PlannedDisconnectException();
            }
        }
    }
}
