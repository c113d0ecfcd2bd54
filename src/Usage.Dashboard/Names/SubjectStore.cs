using Npgsql;
using Usage.AspNetCore;

namespace Usage.Dashboard.Names;

/// <summary>Finds the entity that an address names, in the application's tables.</summary>
internal sealed class SubjectStore(NpgsqlDataSource database)
{
    private const string WorkspaceSql = """
        select w.id, w.name, w.id, w.name, null::uuid from public.workspace w where w.id = @id
        """;

    private const string RuntimeSql = """
        select r.id, r.name, w.id, w.name, null::uuid
        from public.agent_runtime r join public.workspace w on w.id = r.workspace_id
        where r.id = @id
        """;

    private const string AgentSql = """
        select a.id, a.name, w.id, w.name, null::uuid
        from public.agent a join public.workspace w on w.id = a.workspace_id
        where a.id = @id
        """;

    private const string ProjectSql = """
        select p.id, p.title, w.id, w.name, null::uuid
        from public.project p join public.workspace w on w.id = p.workspace_id
        where p.id = @id
        """;

    private const string IssueSql = """
        select i.id, i.title, w.id, w.name, i.project_id
        from public.issue i join public.workspace w on w.id = i.workspace_id
        where i.id = @id
        """;

    // A task belongs to its agent's workspace, whichever workspace its issue is in.
    private const string TaskSql = """
        select t.id, coalesce(i.title, 'Task without an issue'), w.id, w.name, i.id
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        join public.workspace w on w.id = a.workspace_id
        left join public.issue i on i.id = t.issue_id and i.workspace_id = w.id
        where t.id = @id
        """;

    /// <summary>Finds an entity by kind and id; null if it does not exist.</summary>
    public async Task<Subject?> FindAsync(SubjectKind kind, Guid id, CancellationToken cancellationToken)
    {
        var sql = kind switch
        {
            SubjectKind.Runtime => RuntimeSql,
            SubjectKind.Agent => AgentSql,
            SubjectKind.Project => ProjectSql,
            SubjectKind.Issue => IssueSql,
            SubjectKind.Task => TaskSql,
            _ => WorkspaceSql,
        };
        var rows = await database.ReadRowsAsync<(Guid Id, string Name, Guid WorkspaceId, string WorkspaceName, Guid? ParentId)>(
            sql, new { id }, cancellationToken).ConfigureAwait(false);
        return rows is [var row] ? new(kind, row.Id, row.Name, row.WorkspaceId, row.WorkspaceName, row.ParentId) : null;
    }
}
