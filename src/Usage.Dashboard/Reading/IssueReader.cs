using NodaTime;
using Usage.Dashboard.Names;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>A task of an issue, with what it used.</summary>
internal sealed record IssueTask(TaskState Task, Measures Sum);

/// <summary>All that an issue's page shows.</summary>
/// <param name="Tasks">Those with usage, the most costly first.</param>
internal sealed record IssueView(
    Subject Subject, string? Project, DateTimeZone Zone, IReadOnlyList<IssueTask> Tasks, IReadOnlyList<UnpricedModel> Unpriced, decimal CacheSaving)
{
    public Measures Total => Tasks.Aggregate(default(Measures), (sum, task) => sum + task.Sum);

    /// <summary>What tasks cost that failed.</summary>
    public decimal FailedCost => Tasks.Where(task => task.Task.Status == "failed").Sum(task => task.Sum.Cost);

    public IEnumerable<(Guid? Id, string Name, Measures Sum, int Tasks)> Agents =>
        from task in Tasks
        group task by (task.Task.AgentId, task.Task.Agent) into agent
        let sum = agent.Aggregate(default(Measures), (all, task) => all + task.Sum)
        orderby sum.Cost descending, agent.Key.Agent
        select (agent.Key.AgentId, agent.Key.Agent, sum, agent.Count());
}

/// <summary>What a task used of a model, and the price that makes its cost.</summary>
internal sealed record TaskModel(ModelUsage Usage, ModelPrice? Price);

/// <summary>All that a task's page shows.</summary>
internal sealed record TaskView(
    Subject Subject, TaskState? Task, DateTimeZone Zone, IReadOnlyList<TaskModel> Models, IReadOnlyList<UnpricedModel> Unpriced)
{
    public Measures Total => Measures.Sum(Models.Select(model => model.Usage));
}

/// <summary>Reads what issues and tasks used, over all time.</summary>
internal sealed class IssueReader(IUsageReports reports, PriceStore prices, TaskStore tasks, EntityNames names)
{
    public async Task<IssueView> IssueAsync(Subject issue, Viewer viewer, CancellationToken cancellationToken)
    {
        var report = await reports.IssueTasksAsync(issue.WorkspaceId, issue.Id, cancellationToken).ConfigureAwait(false);
        var book = await prices.ReadAsync(cancellationToken).ConfigureAwait(false);
        var states = await tasks.OfAsync(report.Rows.Select(row => row.TaskId), viewer.HiddenAgents, cancellationToken).ConfigureAwait(false);
        var used = from row in report.Rows
                   group row by row.TaskId into task
                   where states.ContainsKey(task.Key)
                   let sum = Measures.Sum(task)
                   orderby sum.Cost descending, states[task.Key].CreatedAt
                   select new IssueTask(states[task.Key], sum);
        var project = issue.ParentId is { } id ? (await names.OfAsync(SubjectKind.Project, issue.WorkspaceId, [id], cancellationToken).ConfigureAwait(false))[id] : null;
        return new(
            issue, project, viewer.Zone, [.. used], report.Unpriced,
            report.Rows.Sum(row => states.TryGetValue(row.TaskId, out var task)
                ? CacheSaving.Of(row, book.Find(row.Provider, row.Model, task.CreatedAt.InUtc().Date))
                : 0));
    }

    public async Task<TaskView> TaskAsync(Subject task, Viewer viewer, CancellationToken cancellationToken)
    {
        var report = await reports.TaskAsync(task.WorkspaceId, task.Id, cancellationToken).ConfigureAwait(false);
        var book = await prices.ReadAsync(cancellationToken).ConfigureAwait(false);
        var state = (await tasks.OfAsync([task.Id], viewer.HiddenAgents, cancellationToken).ConfigureAwait(false)).GetValueOrDefault(task.Id);
        var date = (state?.StartedAt ?? state?.CreatedAt ?? default).InUtc().Date;
        return new(
            task, state, viewer.Zone, [.. report.Rows.Select(row => new TaskModel(row, book.Find(row.Provider, row.Model, date)))], report.Unpriced);
    }
}
