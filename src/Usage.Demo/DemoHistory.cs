using NodaTime;
using Npgsql;
using Usage.Demo.Planning;
using Usage.Demo.Writing;

namespace Usage.Demo;

/// <summary>What history a demo asks for.</summary>
internal sealed record HistoryRequest
{
    public const int DefaultTasks = 50_000;
    public const int DefaultDays = 183;

    /// <summary>Tasks at least; null for the default in an empty database, and for what is there in any other.</summary>
    public int? Tasks { get; init; }

    public int Days { get; init; } = DefaultDays;

    /// <summary>Workspaces; null for as many as the tasks fill well.</summary>
    public int? Workspaces { get; init; }

    public int Seed { get; init; } = 1;
}

/// <summary>Brings the database's made-up history to what is asked for, up to the current hour; what is there is kept.</summary>
internal sealed class DemoHistory(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Analyze = """
        analyze public.agent_task_queue, public.task_usage, public.issue, public.agent, public.agent_runtime, public.project
        """;

    private readonly PlannedHistory history = new(dataSource);
    private readonly StretchWriter writer = new(dataSource);

    /// <summary>Decides what is missing, and says what is kept and what is added.</summary>
    public async Task PlanAsync(HistoryRequest request, Action<string> say, CancellationToken cancellationToken)
    {
        await history.PrepareAsync(cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var present = await history.ReadAsync(cancellationToken);
        foreach (var (worldId, stretch) in TopUp.Plan(present, now))
        {
            say($"Adding {stretch.Tasks:N0} tasks for the {stretch.Hours:N0} hours since the history here ends.");
            await history.AddStretchAsync(worldId, stretch, cancellationToken);
        }

        var tasks = present.Where(stretch => stretch.Plan.Grows).Sum(stretch => stretch.Plan.Tasks);
        var missing = (request.Tasks ?? (tasks > 0 ? 0 : HistoryRequest.DefaultTasks)) - tasks;
        if (missing < Stretch.FewestTasks)
        {
            say($"Keeping the history of {present.Sum(stretch => (long)stretch.Plan.Tasks):N0} tasks that is here.");
            return;
        }

        var seed = new Seed(request.Seed).Of((ulong)present.Count);
        var scale = WorldScale.For(missing, request.Workspaces);
        var plan = new Stretch(seed, missing, now - Duration.FromDays(request.Days), now, grows: true);
        SessionPlanner.RequireRoom(WorldPlanner.Plan(seed, scale), plan);
        say(tasks > 0
            ? $"Adding {missing:N0} tasks in {scale.Workspaces} new workspaces to the {tasks:N0} that are here."
            : $"Making up {missing:N0} tasks of {scale.Agents} agents in {scale.Workspaces} workspaces over {request.Days} days.");
        await history.AddWorldAsync(seed, scale, plan, cancellationToken);
    }

    /// <summary>Writes what is planned and not there yet.</summary>
    /// <param name="progress">Told after each transaction.</param>
    /// <param name="cancellationToken">Stops between two transactions or rolls the current ones back; a later run goes on from there.</param>
    /// <returns>What was written.</returns>
    public async Task<WritingProgress> WriteAsync(IProgress<WritingProgress> progress, CancellationToken cancellationToken)
    {
        var written = new WritingProgress(0, 0, 0);
        foreach (var stretch in (await history.ReadAsync(cancellationToken)).Where(stretch => !stretch.Completed))
        {
            written += await writer.WriteAsync(stretch, progress, cancellationToken);
        }

        if (written.Rows > 0)
        {
            await using var analyze = dataSource.CreateCommand(Analyze);
            await analyze.ExecuteNonQueryAsync(cancellationToken);
        }

        return written;
    }
}
