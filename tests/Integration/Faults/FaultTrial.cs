using Shouldly;
using Usage.Engine.Diagnostics;
using Usage.Engine.Health;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;

namespace Usage.Tests.Integration.Faults;

/// <summary>A database with a task and its usage, on which a loop meets a fault.</summary>
internal sealed class FaultTrial(TestDatabase database, FaultTable ledger)
{
    public const string NothingPending = """
        select (select count(*) from usage_rollup.dirty) = 0 and (select count(*) from usage_rollup.set_aside) = 0
           and not exists (select from usage_rollup.backfill where completed_at is null)
        """;

    private const string EmptySql = """
        truncate public."user", public.workspace cascade;
        truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.moved, usage_rollup.set_aside,
                 usage_rollup.backfill, usage_rollup.replica;
        update usage_rollup.control set paused_at = null
        """;

    private Guid task;

    public TestDatabase Database => database;

    public static string NewName() => $"host {Guid.NewGuid():n}"[..16];

    /// <summary>Empties the database and gives a task usage, which is drained.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(EmptySql);
        task = await database.Seed.LoneTask();
        await database.Seed.UsageRow(task, createdAt: FreezePoint.Hour);
        await using var other = TestEngine.On(database);
        await other.Engine.DrainAsync(cancellationToken: cancellationToken);
        await database.ExecuteAsync("truncate usage_rollup.replica");
    }

    /// <summary>Moves the task and changes its usage, in one transaction: a drain goes through every step.</summary>
    public Task ChangeAsync() => database.ExecuteAsync(
        """
        update public.agent_task_queue set runtime_id = null where id = @task;
        update public.task_usage set input_tokens = input_tokens + 1 where task_id = @task
        """,
        new { task });

    /// <summary>Changes all usage there is.</summary>
    public Task ChangeAllAsync() => database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1");

    /// <summary>Changes the usage and loses the mark, so that only a backfill mends it.</summary>
    public async Task ChangeUnmarkedAsync()
    {
        await ChangeAsync();
        await database.ExecuteAsync("truncate usage_rollup.dirty");
    }

    /// <summary>Lets a loop reach a step, holds it there while the fault happens, and waits until the rollup is exact.</summary>
    /// <param name="fault">As the table names it.</param>
    /// <param name="step">Where the loop is held.</param>
    /// <param name="backfill">Whether it drains a backfill, and not a change.</param>
    /// <param name="start">Starts the host with this observer, under this name.</param>
    /// <param name="inject">The fault, from its beginning to its end, on the host of this name.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    public async Task RunAsync(
        string fault, DrainStep step, bool backfill, Func<IDrainObserver, string, TestEngine> start, Func<string, Task> inject,
        CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        await (backfill ? ChangeUnmarkedAsync() : ChangeAsync());
        Waitpoint waitpoint = new(step);
        var name = NewName();
        await using var host = start(waitpoint, name);
        await host.Parts.Loop.StartAsync(cancellationToken);
        await waitpoint.HoldsAsync(host.Parts.Loop.ExecuteTask!);
        await inject(name);
        var since = TimeProvider.System.GetTimestamp();
        waitpoint.Release();
        await RecoverAsync(fault, since);
        await UntilWellAsync(cancellationToken);
        await host.Parts.Loop.StopAsync(cancellationToken);
        await database.ShouldBeExactAsync();
    }

    /// <summary>Waits until nothing is pending, and notes how long that took and what was lost.</summary>
    public async Task RecoverAsync(string fault, long since)
    {
        await database.UntilAsync(NothingPending);
        var recovery = TimeProvider.System.GetElapsedTime(since);
        ledger.Add(fault, recovery, await database.DriftAsync());
    }

    /// <summary>Waits until health finds nothing: a sign of life that a crash undid comes again within a second.</summary>
    private async Task UntilWellAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await FindingsAsync(database, cancellationToken) is { Count: > 0 } findings)
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30), string.Join(", ", findings));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The names of what health finds.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        Usage.Engine.UsageEngineOptions options = new();
        HealthReader reader = new(database.DataSource, Microsoft.Extensions.Options.Options.Create(options));
        var facts = await reader.ReadAsync(cancellationToken);
        return [.. HealthRules.Judge(facts, options.HeartbeatTimeout, options.HealthMarkAge, options.VerifyEvery).Select(finding => finding.Name)];
    }
}
