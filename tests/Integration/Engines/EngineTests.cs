using Microsoft.Extensions.Logging;
using NodaTime;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Engines;

/// <summary>Tests of engines on the class's database, which is empty at the start of each test.</summary>
public abstract class EngineTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private const string EmptySql = """
        truncate public."user", public.workspace cascade;
        truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.moved, usage_rollup.set_aside, usage_rollup.backfill, usage_rollup.verification,
                 usage_rollup.replica, usage_rollup.late_usage;
        update usage_rollup.control set paused_at = null, frozen_before = null, frozen_at = null
        """;

    private readonly List<TestEngine> engines = [];

    /// <summary>The names of all steps of a drain. Theories take names, because the enum is internal.</summary>
    public static TheoryData<string> Steps { get; } = new(Enum.GetNames<DrainStep>());

    /// <summary>The names of the steps in the transaction that replaces buckets.</summary>
    public static TheoryData<string> StepsUnderLock { get; } =
        new(nameof(DrainStep.Locked), nameof(DrainStep.Claimed), nameof(DrainStep.Resolved), nameof(DrainStep.TasksRead), nameof(DrainStep.Computed), nameof(DrainStep.Replaced));

    protected TestDatabase Database { get; } = fixture.Database;

    protected Seed Seed => Database.Seed;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => await Database.ExecuteAsync(EmptySql);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var engine in engines)
        {
            await engine.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The start of one of the hours that the tests use.</summary>
    protected static Instant Hour(int number) => Instant.FromUtc(2026, 3, 1, 0, 0) + Duration.FromHours(number);

    private protected TestEngine Replica(
        IDrainObserver? observer = null, Action<UsageEngineOptions>? configure = null, TimeProvider? time = null,
        ILoggerFactory? loggers = null)
    {
        var engine = TestEngine.On(Database, observer, configure, time: time, loggers: loggers);
        engines.Add(engine);
        return engine;
    }

    /// <summary>Drains everything that is pending, as another replica.</summary>
    protected Task<DrainResult> DrainAsync() => Replica().Engine.DrainAsync(cancellationToken: Cancellation);

    private protected Task<OpenTransaction> BeginAsync() => OpenTransaction.BeginAsync(Database);

    /// <summary>A task with drained usage in the first hour.</summary>
    private protected async Task<Scene> SceneAsync()
    {
        var workspace = await Seed.Workspace();
        Scene scene = new(
            workspace, await Seed.Runtime(workspace), await Seed.Runtime(workspace), await Seed.Agent(workspace),
            await Seed.Agent(workspace), await Seed.Project(workspace), Guid.Empty, Guid.Empty);
        scene = scene with { Issue = await Seed.Issue(workspace, scene.Project) };
        scene = scene with { Task = await Seed.AgentTask(scene.Agent, scene.Issue, scene.Runtime) };
        await Seed.UsageRow(scene.Task, createdAt: Hour(0));
        await DrainAsync();
        return scene;
    }

    /// <summary>Marks the scene's hour and task, so that a drain goes through every step.</summary>
    private protected async Task MarkAsync(Scene scene)
    {
        await Database.ExecuteAsync("update public.agent_task_queue set runtime_id = @OtherRuntime where id = @Task", scene);
        await Database.ExecuteAsync("update public.task_usage set input_tokens = input_tokens + 1 where task_id = @Task", scene);
    }

    /// <summary>The entities of a test's transactions.</summary>
    internal sealed record Scene(
        Guid Workspace, Guid Runtime, Guid OtherRuntime, Guid Agent, Guid OtherAgent, Guid Project, Guid Issue, Guid Task);
}
