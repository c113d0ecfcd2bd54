using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Aggregates the usage rows of a window, or of its cut hours. Each cell has one spelling of a provider.</summary>
internal static class RawCells
{
    // Two access paths to the same rows; a custom plan keeps only one of them: the rows of each range by created_at, then one
    // probe per row for its task; or the tasks of the workspace's agents, then one probe per task for its rows. The fences keep
    // the planner from mixing them. An instant is in a range if the number of bounds at or before it is odd.
    private const string CellsSql = """
        select case @axis
                   when 'slot' then width_bucket(u.created_at, @slot_starts)
                   when 'hour' then extract(hour from l.clock)::integer
                   when 'week_hour' then (extract(isodow from l.clock) * 24 + extract(hour from l.clock))::integer
                   else 0
               end as slot,
               case @axis when 'runtime' then u.runtime_id when 'agent' then u.agent_id when 'project' then i.project_id end as entity_id,
               u.provider collate "C" as provider, u.model,
               width_bucket(u.created_at, @price_starts) as price_period,
               sum(u.input_tokens), sum(u.output_tokens), sum(u.cache_read_tokens), sum(u.cache_write_tokens),
               coalesce(sum(u.cost_usd_ticks), 0),
               coalesce(sum(u.input_tokens)       filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.output_tokens)      filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_read_tokens)  filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_write_tokens) filter (where u.cost_usd_ticks is null), 0),
               count(distinct u.task_id), count(*), u.provider collate "C"
        from (
            select x.*, t.agent_id, t.issue_id, t.runtime_id
            from unnest(@starts, @ends) s (start_instant, end_instant)
            cross join lateral (
                select r.task_id, r.provider, r.model, r.input_tokens, r.output_tokens, r.cache_read_tokens, r.cache_write_tokens,
                       r.cost_usd_ticks, r.created_at
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
                select r.task_id, r.provider, r.model, r.input_tokens, r.output_tokens, r.cache_read_tokens, r.cache_write_tokens,
                       r.cost_usd_ticks, r.created_at
                from public.task_usage r where r.task_id = t.id offset 0) x
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
        group by 1, 2, 3, 4, 5
        """;

    public static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, RawRows rows, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CellsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddAxis(axis, parts, costs);
        command.Parameters.AddRows(rows);
        return await command.ReadCellsAsync(cancellationToken).ConfigureAwait(false);
    }
}
