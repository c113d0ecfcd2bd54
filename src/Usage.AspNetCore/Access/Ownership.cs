using Npgsql;

namespace Usage.AspNetCore.Access;

/// <summary>The kinds of entity that routes name.</summary>
internal enum Entity
{
    Workspace,
    Runtime,
    Issue,
    Task,
}

/// <summary>Finds the workspace that an entity belongs to. A task belongs to its agent's workspace.</summary>
internal sealed class Ownership(NpgsqlDataSource database)
{
    private const string WorkspaceSql = "select id, id from public.workspace where id = any(@ids)";
    private const string RuntimeSql = "select id, workspace_id from public.agent_runtime where id = any(@ids)";
    private const string IssueSql = "select id, workspace_id from public.issue where id = any(@ids)";

    private const string TaskSql = """
        select t.id, a.workspace_id
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        where t.id = any(@ids)
        """;

    /// <summary>The workspace of each entity that exists.</summary>
    public async Task<IReadOnlyDictionary<Guid, Guid>> WorkspacesOfAsync(
        Entity kind, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(kind switch
        {
            Entity.Workspace => WorkspaceSql,
            Entity.Runtime => RuntimeSql,
            Entity.Issue => IssueSql,
            _ => TaskSql,
        });
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("ids", ids.ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        Dictionary<Guid, Guid> workspaces = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            workspaces.Add(reader.GetGuid(0), reader.GetGuid(1));
        }

        return workspaces;
    }
}
