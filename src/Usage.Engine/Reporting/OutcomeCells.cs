using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>Ended tasks of a slot of the axis or of an entity.</summary>
internal readonly record struct OutcomeCell(int Slot, Guid? EntityId, OutcomeFigures Figures);

/// <summary>Counts the tasks that ended in a window, by the index on their agent. The rollup knows nothing of them.</summary>
internal static class OutcomeCells
{
    // A start that is missing, infinite or after the end gives no run time. The status may be an enum of the application's.
    private const string CellsSql = """
        select case when @axis = 'slot' then width_bucket(t.completed_at, @slot_starts) else 0 end as slot,
               case @axis when 'runtime' then t.runtime_id when 'agent' then t.agent_id end as entity_id,
               count(*) filter (where t.status = 'completed'),
               count(*) filter (where t.status = 'failed'),
               count(*) filter (where t.status = 'cancelled'),
               count(r.run),
               coalesce(sum(extract(epoch from r.run)), 0)
        from public.agent a
        cross join lateral (
            select q.runtime_id, q.agent_id, q.issue_id, q.status::text as status, q.started_at, q.completed_at
            from public.agent_task_queue q
            where q.agent_id = a.id
            offset 0) t
        left join public.issue i on i.id = t.issue_id
        cross join lateral (
            select case when t.started_at > '-infinity' and t.started_at <= t.completed_at then t.completed_at - t.started_at end as run) r
        where a.workspace_id = @workspace
          and t.completed_at >= @from and t.completed_at < @to
          and t.status in ('completed', 'failed', 'cancelled')
          and (@agent is null or a.id = @agent)
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
        group by 1, 2
        """;

    public static async Task<IReadOnlyList<OutcomeCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, ReportWindow window, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(CellsSql, connection);
        command.Parameters.AddScope(scope);
        command.Parameters.AddWithValue("axis", CellReader.NameOf(axis));
        command.Parameters.AddWithValue("slot_starts", WindowSlots.Of(window, axis).Skip(1).Select(slot => slot.Start).ToArray());
        command.Parameters.AddRange(new InstantRange(window.Start, window.End));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<OutcomeCell> cells = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            cells.Add(new(
                reader.GetInt32(0), reader.GetNullableGuid(1),
                new(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetDecimal(6))));
        }

        return cells;
    }
}
