using NodaTime;
using Npgsql;
using Usage.Demo.Planning;
using Usage.Demo.Writing;
using Usage.Host.Cli;

namespace Usage.Demo;

/// <summary>The history that a demo requests.</summary>
internal sealed record HistoryRequest
{
    public const int DefaultTasks = 50_000;
    public const int DefaultDays = 183;

    /// <summary>
    /// Minimum number of tasks; null for the default in an empty database, and for the existing number in any other.
    /// </summary>
    public int? Tasks { get; init; }

    public int Days { get; init; } = DefaultDays;

    /// <summary>Number of workspaces; null to derive it from the number of tasks.</summary>
    public int? Workspaces { get; init; }

    public int Seed { get; init; } = 1;
}

/// <summary>Extends the generated history to what is requested, up to the current hour. Existing history is kept.</summary>
internal sealed class DemoHistory(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Analyze = """
        analyze public.agent_task_queue, public.task_usage, public.issue, public.agent, public.agent_runtime, public.project
        """;

    private readonly PlannedHistory history = new(dataSource);
    private readonly HistoryPeriodWriter writer = new(dataSource);

    /// <summary>Plans what is missing, and announces what is kept and added.</summary>
    public async Task PlanAsync(HistoryRequest request, Action<string> say, CancellationToken cancellationToken)
    {
        await history.PrepareAsync(cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var present = await history.ReadAsync(cancellationToken);
        foreach (var (worldId, period) in TopUp.Plan(present, now))
        {
            say($"Adding {Quantity.Of(period.Tasks, "task[s]")} for the {Quantity.Of(period.Hours, "hour[s]")} since the end of the history.");
            await history.AddPeriodAsync(worldId, period, cancellationToken);
        }

        var tasks = present.Where(period => period.Plan.Grows).Sum(period => period.Plan.Tasks);
        var missing = (request.Tasks ?? (tasks > 0 ? 0 : HistoryRequest.DefaultTasks)) - tasks;
        if (missing < HistoryPeriod.FewestTasks)
        {
            say($"Keeping the existing history of {Quantity.Of(present.Sum(period => (long)period.Plan.Tasks), "task[s]")}.");
            return;
        }

        var seed = new Seed(request.Seed).Of((ulong)present.Count);
        var scale = WorldScale.For(missing, request.Workspaces);
        var plan = new HistoryPeriod(seed, missing, now - Duration.FromDays(request.Days), now, grows: true);
        SessionPlanner.RequireRoom(WorldPlanner.Plan(seed, scale), plan);
        say(tasks > 0
            ? $"Adding {missing:N0} tasks in {Quantity.Of(scale.Workspaces, "new workspace[s]")} to the existing {tasks:N0}."
            : $"Generating {missing:N0} tasks of {Quantity.Of(scale.Agents, "agent[s]")} in {Quantity.Of(scale.Workspaces, "workspace[s]")} over {request.Days} days.");
        await history.AddWorldAsync(seed, scale, plan, cancellationToken);
    }

    /// <summary>Writes what is planned and not yet written.</summary>
    /// <param name="progress">Receives the progress after each transaction.</param>
    /// <param name="cancellationToken">
    /// Stops between transactions or rolls the current ones back. A later run continues from there.
    /// </param>
    /// <returns>What was written.</returns>
    public async Task<WritingProgress> WriteAsync(IProgress<WritingProgress> progress, CancellationToken cancellationToken)
    {
        var written = new WritingProgress(0, 0, 0);
        foreach (var period in (await history.ReadAsync(cancellationToken)).Where(period => !period.Completed))
        {
            written += await writer.WriteAsync(period, progress, cancellationToken);
        }

        if (written.Rows > 0)
        {
            await using var analyze = dataSource.CreateCommand(Analyze);
            await analyze.ExecuteNonQueryAsync(cancellationToken);
        }

        return written;
    }
}
