using Npgsql;
using Usage.AspNetCore;

namespace Usage.Dashboard.Names;

/// <summary>A workspace's id and name.</summary>
internal sealed record NamedWorkspace(Guid Id, string Name);

/// <summary>Lists the workspaces that a viewer may be allowed to read.</summary>
internal sealed class WorkspaceStore(NpgsqlDataSource database)
{
    /// <summary>Maximum number of workspaces listed.</summary>
    public const int Most = 200;

    // The viewer's own workspaces first, so that the limit doesn't exclude them.
    private const string CandidatesSql = """
        select w.id, w.name
        from public.workspace w
        order by not exists (select from public.member m where m.workspace_id = w.id and m.user_id = @viewer), w.name, w.id
        limit @most
        """;

    private const string HasUsageSql = """
        select exists (select from usage_rollup.hourly h where h.workspace_id = @workspace)
            or exists (
                select from public.agent a
                join public.agent_task_queue t on t.agent_id = a.id
                join public.task_usage u on u.task_id = t.id
                where a.workspace_id = @workspace)
        """;

    /// <summary>Lists workspaces, the viewer's own first. The caller checks access.</summary>
    public Task<IReadOnlyList<NamedWorkspace>> CandidatesAsync(Guid? viewer, CancellationToken cancellationToken) =>
        database.ReadRowsAsync<NamedWorkspace>(CandidatesSql, new { viewer, most = Most }, cancellationToken);

    /// <summary>Whether a workspace has any usage at all.</summary>
    public Task<bool> HasUsageAsync(Guid workspace, CancellationToken cancellationToken) =>
        database.ReadValueAsync<bool>(HasUsageSql, new { workspace }, cancellationToken);
}
