using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>Tasks of an agent and a runtime that ended on a day of a window.</summary>
internal readonly record struct OutcomeCell(int Day, Guid AgentId, Guid? RuntimeId, OutcomeFigures Figures);

/// <summary>Counts the tasks that ended in a window, by the index on their agent and end. The rollup knows nothing of them.</summary>
internal static class OutcomeCells
{
    // A start that is missing, infinite or after the end gives no run time. The status may be an enum of the application's.
    private const string CellsSql = """
        select width_bucket(t.completed_at, @day_starts) as day, t.agent_id, t.runtime_id,
               count(*) filter (where t.status = 'completed'),
               count(*) filter (where t.status = 'failed'),
               count(*) filter (where t.status = 'cancelled'),
               count(r.run),
               coalesce(sum(extract(epoch from r.run)), 0)
        from public.agent a
        cross join lateral (
            select q.runtime_id, q.agent_id, q.issue_id, q.status::text as status, q.started_at, q.completed_at
            from public.agent_task_queue q
            where q.agent_id = a.id and q.completed_at >= @from and q.completed_at < @to
            offset 0) t
        left join public.issue i on i.id = t.issue_id
        cross join lateral (
            select case when t.started_at > '-infinity' and t.started_at <= t.completed_at then t.completed_at - t.started_at end as run) r
        where a.workspace_id = @workspace
          and t.status in ('completed', 'failed', 'cancelled')
          and (@agents is null or a.id = any (@agents))
          and (@runtime is null or t.runtime_id = @runtime)
          and (not @without_runtime or t.runtime_id is null)
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
        group by 1, 2, 3
        """;

    public static async Task<IReadOnlyList<OutcomeCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportWindow window, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CellsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddWithValue("day_starts", window.Days.Skip(1).Select(day => day.Start).ToArray());
        command.Parameters.AddRange(new InstantRange(window.Start, window.End));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<OutcomeCell> cells = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cells.Add(new(
                reader.GetInt32(0), reader.GetGuid(1), reader.GetNullableGuid(2),
                new(reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetDecimal(7))));
        }

        return cells;
    }
}
