using Npgsql;
using Usage.Demo.Planning;

namespace Usage.Demo.Writing;

/// <summary>Writes tasks and their usage rows.</summary>
internal sealed class TaskWriter(NpgsqlConnection connection)
{
    private const string CopyTasks = """
        copy public.agent_task_queue (id, agent_id, issue_id, runtime_id, status, created_at, started_at, completed_at)
        from stdin (format binary)
        """;

    private const string CopyUsage = """
        copy public.task_usage (id, task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
                                cost_usd_ticks, created_at, updated_at)
        from stdin (format binary)
        """;

    /// <returns>Usage rows written.</returns>
    public async Task<int> WriteAsync(IReadOnlyCollection<PlannedTask> tasks, CancellationToken cancellationToken)
    {
        await WriteTasksAsync(tasks, cancellationToken);
        return await WriteUsageAsync(tasks, cancellationToken);
    }

    private async Task WriteTasksAsync(IReadOnlyCollection<PlannedTask> tasks, CancellationToken cancellationToken)
    {
        await using var copy = await TableCopy.BeginAsync(connection, CopyTasks, cancellationToken);
        foreach (var task in tasks)
        {
            await copy.RowAsync(cancellationToken);
            await copy.IdAsync(task.Id, cancellationToken);
            await copy.IdAsync(task.AgentId, cancellationToken);
            await copy.IdAsync(task.IssueId, cancellationToken);
            await copy.IdAsync(task.RuntimeId, cancellationToken);
            await copy.TextAsync(task.Status, cancellationToken);
            await copy.TimeAsync(task.CreatedAt, cancellationToken);
            await copy.TimeAsync(task.StartedAt, cancellationToken);
            await copy.TimeAsync(task.CompletedAt, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task<int> WriteUsageAsync(IReadOnlyCollection<PlannedTask> tasks, CancellationToken cancellationToken)
    {
        await using var copy = await TableCopy.BeginAsync(connection, CopyUsage, cancellationToken);
        var written = 0;
        foreach (var task in tasks)
        {
            foreach (var usage in task.Usage)
            {
                await copy.RowAsync(cancellationToken);
                await copy.IdAsync(usage.Id, cancellationToken);
                await copy.IdAsync(task.Id, cancellationToken);
                await copy.TextAsync(usage.Provider, cancellationToken);
                await copy.TextAsync(usage.Model, cancellationToken);
                await copy.CountAsync(usage.Tokens.Input, cancellationToken);
                await copy.CountAsync(usage.Tokens.Output, cancellationToken);
                await copy.CountAsync(usage.Tokens.CacheRead, cancellationToken);
                await copy.CountAsync(usage.Tokens.CacheWrite, cancellationToken);
                await copy.CountAsync(usage.CostUsdTicks, cancellationToken);
                await copy.TimeAsync(usage.CreatedAt, cancellationToken);
                await copy.TimeAsync(usage.CreatedAt, cancellationToken);
                written++;
            }
        }

        await copy.CompleteAsync(cancellationToken);
        return written;
    }
}
