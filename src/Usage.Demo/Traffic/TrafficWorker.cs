using Usage.Demo.Planning;
using Usage.Engine.Recording;

namespace Usage.Demo.Traffic;

/// <summary>Works on one task at a time, as an application would. Each request is a usage row with a different model.</summary>
internal sealed class TrafficWorker(
    IUsageRecorder recorder, TaskTable table, IReadOnlyList<TrafficAgent> agents, Random random, TimeProvider time)
{
    private const double WithoutIssue = 0.1;
    private const double ProviderLeftToRuntime = 0.3;

    private WorkItem? current;

    public TrafficFigures Figures { get; } = new();

    /// <summary>Records a request's usage, in a new task or in that of the previous request.</summary>
    public async Task<RecordedUsage> SendAsync(TrafficRequest request, CancellationToken cancellationToken)
    {
        var item = current ?? await BeginAsync(cancellationToken);
        var model = item.Models.Dequeue();
        current = item.Models.Count > 0 ? item : null;
        var cached = request.ContextTokens * 4 / 5;
        var entry = new UsageEntry(
            model.Provider == item.Agent.Provider && random.Chance(ProviderLeftToRuntime) ? "" : model.Provider, model.Name,
            request.ContextTokens - cached, request.GeneratedTokens, cached);
        var started = time.GetTimestamp();
        await recorder.RecordAsync(item.Task, [entry], cancellationToken);
        Figures.Latencies.Add(time.GetElapsedTime(started));
        Figures.Requests++;
        Figures.InputTokens += request.ContextTokens;
        Figures.OutputTokens += request.GeneratedTokens;
        if (current is null)
        {
            await table.CompleteAsync(item.Task, cancellationToken);
        }

        return new(item.Agent, item.Task, entry);
    }

    /// <summary>Completes the current task, if there is one.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (current is { } item)
        {
            current = null;
            await table.CompleteAsync(item.Task, cancellationToken);
        }
    }

    /// <summary>Creates a task and assigns it to an agent.</summary>
    public async Task<WorkItem> BeginAsync(CancellationToken cancellationToken)
    {
        var agent = agents[random.SkewedIndex(agents.Count)];
        var task = Guid.CreateVersion7(time.GetUtcNow());
        var issue = agent.Issues.Count == 0 || random.Chance(WithoutIssue) ? (Guid?)null : random.Pick(agent.Issues);
        await table.InsertAsync(task, agent.Id, issue, agent.RuntimeId, cancellationToken);
        await table.StartAsync(task, cancellationToken);
        Figures.Tasks++;
        var provider = ModelCatalog.Providers.FirstOrDefault(offer => offer.Name == agent.Provider) ?? ModelCatalog.Providers[0];
        var models = provider.Main.Take(1).Concat(provider.Light).Distinct().Take(random.Next(1, 4));
        return new(agent, task, new Queue<CatalogModel>(models));
    }
}

/// <summary>A task in progress, with the models it has yet to use.</summary>
internal sealed record WorkItem(TrafficAgent Agent, Guid Task, Queue<CatalogModel> Models);

/// <summary>Recorded usage.</summary>
internal sealed record RecordedUsage(TrafficAgent Agent, Guid Task, UsageEntry Entry);
