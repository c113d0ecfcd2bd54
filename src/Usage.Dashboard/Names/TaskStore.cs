using NodaTime;
using Npgsql;

namespace Usage.Dashboard.Names;

/// <summary>A task of the application.</summary>
internal sealed record TaskState(Guid Id, Guid AgentId, string Agent, string Status, Instant CreatedAt, Instant? StartedAt, Instant? CompletedAt);

/// <summary>Finds tasks in the application's tables.</summary>
internal sealed class TaskStore(NpgsqlDataSource database)
{
    private const string TasksSql = """
        select t.id, t.agent_id, a.name, t.status, t.created_at, t.started_at, t.completed_at
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        where t.id = any(@ids)
        """;

    public async Task<IReadOnlyDictionary<Guid, TaskState>> OfAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(TasksSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("ids", ids.Distinct().ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        Dictionary<Guid, TaskState> tasks = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tasks.Add(reader.GetGuid(0), new(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<Instant>(4),
                await reader.IsDBNullAsync(5, cancellationToken).ConfigureAwait(false) ? null : reader.GetFieldValue<Instant>(5),
                await reader.IsDBNullAsync(6, cancellationToken).ConfigureAwait(false) ? null : reader.GetFieldValue<Instant>(6)));
        }

        return tasks;
    }
}
