using NodaTime;
using Npgsql;
using Usage.AspNetCore;

namespace Usage.Dashboard.Names;

/// <summary>A task as the application has it.</summary>
/// <param name="AgentId">Its agent; null for one that the viewer may not see.</param>
internal sealed record TaskState(Guid Id, Guid? AgentId, string Agent, string Status, Instant CreatedAt, Instant? StartedAt, Instant? CompletedAt);

/// <summary>Finds tasks in the application's tables.</summary>
internal sealed class TaskStore(NpgsqlDataSource database)
{
    private const string TasksSql = """
        select t.id, t.agent_id as agentId, a.name as agent, t.status::text as status,
               t.created_at as createdAt, t.started_at as startedAt, t.completed_at as completedAt
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        where t.id = any(@ids)
        """;

    public async Task<IReadOnlyDictionary<Guid, TaskState>> OfAsync(
        IEnumerable<Guid> ids, IReadOnlySet<Guid> hiddenAgents, CancellationToken cancellationToken)
    {
        var tasks = await database.ReadRowsAsync<TaskState>(TasksSql, new { ids = ids.Distinct().ToArray() }, cancellationToken).ConfigureAwait(false);
        return tasks
            .Select(task => task.AgentId is { } agent && hiddenAgents.Contains(agent) ? task with { AgentId = null, Agent = "Other agents" } : task)
            .ToDictionary(task => task.Id);
    }
}
