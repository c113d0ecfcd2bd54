using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

/// <summary>
/// A drain of a workspace looks for hours, which takes a while among many marks of others, and for entities. Another replica
/// turns the workspace's only mark from an entity into an hour meanwhile: whichever is looked for first must not be missed.
/// </summary>
public sealed class ExpansionRaceTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    private const int Rounds = 6;
    private const string LeftSql = "select count(*) from usage_rollup.dirty where task_id = @task";

    [Fact]
    public async Task A_drain_of_a_workspace_does_not_end_when_another_replica_has_just_expanded_its_marks()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (seed, database) = (fixture.Database.Seed, fixture.Database);
        await using HistoryHosts hosts = new(database, superuser: false);
        var workspace = await seed.Workspace();
        var task = await seed.AgentTask(await seed.Agent(workspace));
        await seed.UsageRow(task);
        var host = hosts.Start("host", observer: null, NullLoggerFactory.Instance);
        await host.Engine.DrainAsync(cancellationToken: cancellation);
        await database.ExecuteAsync(
            "insert into usage_rollup.dirty (bucket_hour, task_id) select '2026-01-01', @other from generate_series(1, 8000)",
            new { other = await seed.LoneTask() });

        for (var round = 0; round < Rounds; round++)
        {
            await database.ExecuteAsync("insert into usage_rollup.dirty (task_id) values (@task)", new { task });
            ExpandOnly observer = new();
            var expansion = hosts.Start("other", observer, NullLoggerFactory.Instance).Round.RunAsync(
                RoundPlan.Background(new()), horizon: null, workspaceId: null, progress: null, cancellation);
            await observer.Taken.Task.WaitAsync(cancellation);
            var drain = host.Engine.DrainAsync(workspace, cancellationToken: cancellation);
            await Task.Delay(TimeSpan.FromMilliseconds(20 + (7 * round)), TimeProvider.System, cancellation);
            observer.Expand.SetResult();
            await Should.ThrowAsync<PlannedDisconnectException>(() => expansion);

            await drain;
            (await database.ScalarAsync<long>(LeftSql, new { task })).ShouldBe(0);
        }
    }

    /// <summary>Holds the taken marks until it is told to go on, and dies once they are expanded.</summary>
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
