using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>
/// Counts tasks that adding up cells would count twice. A task has one usage row per stored provider and model, so sums over
/// hours are exact in a row that keeps both, unless a task has rows under several spellings of the provider.
/// </summary>
internal static class TaskCounts
{
    // The rows as RawCells finds them; merged: over all models.
    private const string CountSql = """
        select case @axis
                   when 'slot' then width_bucket(u.created_at, @slot_starts)
                   when 'hour' then extract(hour from l.clock)::integer
                   else 0
               end as slot,
               case @axis when 'runtime' then u.runtime_id when 'agent' then u.agent_id when 'project' then i.project_id end as entity_id,
               case when @merged then '' else lower(u.provider collate "C") end as provider,
               case when @merged then '' else u.model end as model,
               count(distinct u.task_id)
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
        cross join lateral (
            select u.created_at at time zone 'UTC'
                   + (@offset_seconds)[1 + width_bucket(u.created_at, @offset_changes)] * interval '1 second' as clock) l
        where a.workspace_id = @workspace
          and (@runtime is null or u.runtime_id = @runtime)
          and (not @without_runtime or u.runtime_id is null)
          and (@agents is null or u.agent_id = any (@agents))
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
          and (@provider is null or lower(u.provider collate "C") = @provider)
          and (@model is null or u.model = @model)
          and (@merged or (lower(u.provider collate "C"), u.model) in (
              select k.provider, k.model from unnest(@providers, @models) k (provider, model)))
        group by 1, 2, 3, 4
        """;

    /// <summary>Counts the tasks that have usage in the rows over all models, each once in an entity of the axis.</summary>
    public static async Task<IReadOnlyList<EntityTasks>> CountAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, RawRows rows,
        CancellationToken cancellationToken)
    {
        var counts = await ReadAsync(connection, scope, axis, parts, rows, models: null, cancellationToken).ConfigureAwait(false);
        return [.. counts.Select(count => new EntityTasks(count.EntityId, count.Sum.TaskCount))];
    }

    /// <summary>Recounts the tasks of some provider and model pairs, so that each counts once per row of the report.</summary>
    public static async Task<IReadOnlyList<UsageCell>> CorrectAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, IReadOnlyList<UsageCell> cells,
        IReadOnlySet<(string Provider, string Model)> models, CancellationToken cancellationToken)
    {
        var rows = await RawRows.ChooseAsync(connection, scope, [parts.Window], cancellationToken).ConfigureAwait(false);
        var counts = await ReadAsync(connection, scope, axis, parts, rows, [.. models], cancellationToken).ConfigureAwait(false);
        return
        [
            .. cells.Select(cell => models.Contains((cell.Provider, cell.Model))
                ? cell with { Sum = cell.Sum with { TaskCount = 0 } }
                : cell),
            .. counts,
        ];
    }

    private static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, RawRows rows,
        (string Provider, string Model)[]? models, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CountSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddWithValue("axis", CellReader.NameOf(axis));
        command.Parameters.AddWithValue("slot_starts", parts.SlotStarts.ToArray());
        command.Parameters.AddOffsets(parts.Offsets);
        command.Parameters.AddRows(rows);
        command.Parameters.AddWithValue("merged", models is null);
        command.Parameters.AddWithValue("providers", Array.ConvertAll(models ?? [], one => one.Provider));
        command.Parameters.AddWithValue("models", Array.ConvertAll(models ?? [], one => one.Model));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<UsageCell> counts = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            counts.Add(new(
                reader.GetInt32(0), await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? null : reader.GetGuid(1), reader.GetString(2),
                reader.GetString(3), PricePeriod: 0, default(UsageSum) with { TaskCount = reader.GetInt64(4) }, Spelling: null));
        }

        return counts;
    }
}
