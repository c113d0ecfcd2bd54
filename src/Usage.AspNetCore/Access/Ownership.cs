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
        var sql = kind switch
        {
            Entity.Workspace => WorkspaceSql,
            Entity.Runtime => RuntimeSql,
            Entity.Issue => IssueSql,
            _ => TaskSql,
        };
        return (await database.ReadRowsAsync<(Guid Id, Guid WorkspaceId)>(sql, new { ids = ids.ToArray() }, cancellationToken).ConfigureAwait(false))
            .ToDictionary(row => row.Id, row => row.WorkspaceId);
    }
}
