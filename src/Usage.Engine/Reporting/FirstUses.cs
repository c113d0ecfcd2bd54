using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>Tasks whose first usage in a window is in a slot of its axis, by whom that is counted for.</summary>
internal readonly record struct FirstUseCell(int Slot, Guid? RuntimeId, Guid AgentId, Guid? ProjectId, long Tasks);

/// <summary>
/// Counts each task of a window once, in the slot of its first usage there. So the slots, and whatever they are divided by, add up to the
/// distinct tasks of the window. By the sets that drains keep of each hour, and by raw rows of the cut hours.
/// </summary>
internal static class FirstUses
{
    private const string SetsSql = """
        select h.bucket_hour, h.runtime_id, h.agent_id, h.project_id, h.task_ids
        from usage_rollup.hourly_tasks h
        where h.workspace_id = @workspace
          and h.bucket_hour >= @from and h.bucket_hour < @to
          and h.bucket_hour <> all (@cut_hours)
          and (@runtime is null or h.runtime_id = @runtime)
          and (not @without_runtime or h.runtime_id is null)
          and (@agents is null or h.agent_id = any (@agents))
          and (@project is null or h.project_id = @project)
          and (not @without_project or h.project_id is null)
        """;

    // The rows as RawCells finds them.
    private const string RowsSql = """
        select min(u.created_at), u.runtime_id, u.agent_id, i.project_id, u.task_id
        from (
            select x.*, t.agent_id, t.issue_id, t.runtime_id
            from unnest(@starts, @ends) s (start_instant, end_instant)
            cross join lateral (
                select r.task_id, r.provider, r.model, r.created_at
                from public.task_usage r
                where r.created_at >= s.start_instant and r.created_at < s.end_instant offset 0) x
            cross join lateral (
                select q.agent_id, q.issue_id, q.runtime_id from public.agent_task_queue q where q.id = x.task_id offset 0) t
            where not @by_agent
            union all
            select x.*, t.agent_id, t.issue_id, t.runtime_id
            from public.agent w
            cross join lateral (
                select q.id, q.agent_id, q.issue_id, q.runtime_id
                from public.agent_task_queue q where q.agent_id = w.id offset 0) t
            cross join lateral (
                select r.task_id, r.provider, r.model, r.created_at from public.task_usage r where r.task_id = t.id offset 0) x
            where @by_agent and w.workspace_id = @workspace and (@agents is null or w.id = any (@agents))
              and width_bucket(x.created_at, @edges) % 2 = 1) u
        join public.agent a on a.id = u.agent_id
        left join public.issue i on i.id = u.issue_id
        where a.workspace_id = @workspace
          and (@runtime is null or u.runtime_id = @runtime)
          and (not @without_runtime or u.runtime_id is null)
          and (@agents is null or u.agent_id = any (@agents))
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
          and (@provider is null or lower(u.provider collate "C") = @provider)
          and (@model is null or u.model = @model)
        group by 2, 3, 4, 5
        """;

    /// <summary>The tasks of a window.</summary>
    /// <param name="connection">A connection in the snapshot of the report.</param>
    /// <param name="scope">Whose usage.</param>
    /// <param name="parts">The window.</param>
    /// <param name="cut">The window with every hour cut that the sets can't answer; null: all come from raw rows.</param>
    /// <param name="cancellationToken">Ends the report.</param>
    public static async Task<IReadOnlyList<FirstUseCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, WindowParts? cut, CancellationToken cancellationToken)
    {
        using FirstUseCount firsts = new([.. parts.SlotStarts]);
        if (cut is not null)
        {
            await AddSetsAsync(connection, scope, cut, firsts, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<InstantRange> ranges = cut is null ? [parts.Window] : cut.Cuts;
        if (ranges.Count > 0)
        {
            var rows = await RawRows.ChooseAsync(connection, scope, ranges, cancellationToken).ConfigureAwait(false);
            await AddRowsAsync(connection, scope, rows, firsts, cancellationToken).ConfigureAwait(false);
        }

        return firsts.Cells();
    }

    private static async Task AddSetsAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts cut, FirstUseCount firsts, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(SetsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRange(cut.Window);
        command.Parameters.AddWithValue("cut_hours", cut.CutHours.ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        TaskSetReader ids = new(reader, ordinal: 4);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            firsts.Add(AttributionOf(reader), reader.GetFieldValue<Instant>(0), ids.Read());
        }
    }

    private static async Task AddRowsAsync(
        NpgsqlConnection connection, ReportScope scope, RawRows rows, FirstUseCount firsts, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(RowsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRows(rows);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            firsts.Add(AttributionOf(reader), reader.GetFieldValue<Instant>(0), reader.GetGuid(4));
        }
    }

    private static FirstUseAttribution AttributionOf(NpgsqlDataReader reader) => new(reader.GetNullableGuid(1), reader.GetGuid(2), reader.GetNullableGuid(3));
}
