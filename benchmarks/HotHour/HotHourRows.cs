using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.HotHour;

/// <summary>Adds usage rows of one workspace in the last full hour, spread over its agents, projects and two models.</summary>
internal static class HotHourRows
{
    private const string LargestWorkspaceSql = """
        select a.workspace_id
        from public.agent a
        group by a.workspace_id
        order by count(*) desc, a.workspace_id
        limit 1
        """;

    // Two rows per task. Every agent works on all issues in turn, evenly over the hour.
    private const string AddSql = """
        with staff as (
            select a.id, a.runtime_id, row_number() over (order by a.id) - 1 as place, count(*) over () as size
            from public.agent a
            where a.workspace_id = @workspace),
        topic as (
            select i.id, row_number() over (order by i.id) - 1 as place, count(*) over () as size
            from public.issue i
            where i.workspace_id = @workspace),
        task as (
            insert into public.agent_task_queue (id, agent_id, issue_id, runtime_id, status, created_at, started_at, completed_at)
            select md5('hot' || n)::uuid, s.id, i.id, s.runtime_id, 'completed', t.at, t.at, t.at
            from generate_series(0, (@rows + 1) / 2 - 1) n
            join staff s on s.place = n % s.size
            join topic i on i.place = (n / s.size) % i.size
            cross join lateral (select @hour + make_interval(secs => 7198.0 * n / (@rows + 1)) as at) t
            returning id, created_at)
        insert into public.task_usage (
            task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, created_at, updated_at)
        select t.id, 'openai', m.model, 12000, 900, 40000, t.created_at, t.created_at
        from task t
        cross join (values ('gpt-5'), ('gpt-5-mini')) m (model)
        limit @rows
        """;

    /// <summary>The workspace with the most agents.</summary>
    public static async Task<Guid> WorkspaceAsync(DataSet data, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(LargestWorkspaceSql);
        return (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task AddAsync(DataSet data, int rows, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(AddSql);
        command.Parameters.AddWithValue("workspace", await WorkspaceAsync(data, cancellationToken));
        command.Parameters.AddWithValue("hour", await data.LastFullHourAsync(cancellationToken));
        command.Parameters.AddWithValue("rows", rows);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
