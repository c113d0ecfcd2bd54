using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>
/// Counts distinct tasks from the task sets that drains keep per hour, and from raw rows for the cut hours. The sets have neither provider
/// nor model, so a filter by one of these needs <see cref="TaskCounts"/>.
/// </summary>
internal static class TaskSets
{
    private const string SetsSql = $"""
        select case @axis when 'runtime' then b.runtime_id when 'agent' then b.agent_id when 'project' then b.project_id end, b.task_ids
        from usage_rollup.hourly_tasks b
        where {ReportSql.HourFilter}
        """;

    // The access paths of ReportSql, but with fewer columns, so that indexes alone answer.
    private const string RowsSql = $"""
        select distinct
               {ReportSql.EntityOfUsage}, u.task_id
        from (
            select x.task_id, t.agent_id, t.issue_id, t.runtime_id
            from unnest(@starts, @ends) s (start_instant, end_instant)
            cross join lateral (
                select r.task_id from public.task_usage r
                where r.created_at >= s.start_instant and r.created_at < s.end_instant offset 0) x
            cross join lateral (
                select q.agent_id, q.issue_id, q.runtime_id from public.agent_task_queue q where q.id = x.task_id offset 0) t
            where not @by_agent
            union all
            select t.id, t.agent_id, t.issue_id, t.runtime_id
            from public.agent w
            cross join lateral (
                select q.id, q.agent_id, q.issue_id, q.runtime_id
                from public.agent_task_queue q where q.agent_id = w.id offset 0) t
            cross join lateral (select r.created_at from public.task_usage r where r.task_id = t.id offset 0) x
            where @by_agent and w.workspace_id = @workspace and (@agents is null or w.id = any (@agents))
              and width_bucket(x.created_at, @edges) % 2 = 1) u
        join public.agent a on a.id = u.agent_id
        left join public.issue i on i.id = u.issue_id
        where {ReportSql.AttributionFilter}
        """;

    /// <summary>Whether the sets support the scope's filter.</summary>
    public static bool CanCount(ReportScope scope) => scope.Filter is { Provider: null, Model: null };

    /// <summary>Counts the tasks with usage in the window, each once per entity of the axis.</summary>
    /// <param name="connection">The connection and transaction in which the cells were read.</param>
    /// <param name="scope">The scope of the report, without provider and model.</param>
    /// <param name="axis">The axis to count by; an axis without entities counts all together.</param>
    /// <param name="parts">The window; hours whose buckets were not read are cut.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public static async Task<IReadOnlyList<EntityTasks>> CountAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, CancellationToken cancellationToken)
    {
        using EntityTaskCount tasks = new();
        NpgsqlCommand sets = new(SetsSql, connection);
        await using (sets.ConfigureAwait(false))
        {
            sets.Parameters.AddScope(scope);
            sets.Parameters.AddWithValue("axis", CellReader.NameOf(axis));
            sets.Parameters.AddRange(parts.Window);
            sets.Parameters.AddWithValue("cut_hours", parts.CutHours.ToArray());
            var reader = await sets.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _reader = reader.ConfigureAwait(false);
            TaskSetReader ids = new(reader, ordinal: 1);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                tasks.Add(reader.GetNullableGuid(0), ids.Read());
            }
        }

        if (parts.Cuts is { Count: > 0 } cuts)
        {
            var rows = await RawRows.ChooseAsync(connection, scope, cuts, cancellationToken).ConfigureAwait(false);
            await AddRowsAsync(connection, scope, axis, rows, tasks, cancellationToken).ConfigureAwait(false);
        }

        return tasks.Counts;
    }

    /// <summary>Counts the tasks of usage rows in their entities.</summary>
    internal static async Task AddRowsAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, RawRows rows, EntityTaskCount tasks, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(RowsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddWithValue("axis", CellReader.NameOf(axis));
        command.Parameters.AddRows(rows);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tasks.Add(reader.GetNullableGuid(0), reader.GetGuid(1));
        }
    }
}
