using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Adds up the usage rows of some stretches of a window: all of it, or its cut hours.</summary>
internal static class RawCells
{
    // The same plan at any size: the rows of each stretch by created_at, then one probe a row for its task. The fences keep the
    // planner from starting at the workspace's agents, through every task that they ever ran.
    private const string CellsSql = """
        select case @axis
                   when 'day' then width_bucket(u.created_at, @day_starts)
                   when 'hour' then extract(hour from l.clock)::integer
                   when 'week_hour' then (extract(isodow from l.clock) * 24 + extract(hour from l.clock))::integer
                   else 0
               end as slot,
               case @axis when 'agent' then t.agent_id when 'project' then i.project_id end as entity_id,
               lower(u.provider collate "C") as provider, u.model,
               width_bucket(u.created_at, @price_starts) as price_period,
               sum(u.input_tokens), sum(u.output_tokens), sum(u.cache_read_tokens), sum(u.cache_write_tokens),
               coalesce(sum(u.cost_usd_ticks), 0),
               coalesce(sum(u.input_tokens)       filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.output_tokens)      filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_read_tokens)  filter (where u.cost_usd_ticks is null), 0),
               coalesce(sum(u.cache_write_tokens) filter (where u.cost_usd_ticks is null), 0),
               count(distinct u.task_id), count(*)
        from unnest(@starts, @ends) s (start_instant, end_instant)
        cross join lateral (
            select x.* from public.task_usage x
            where x.created_at >= s.start_instant and x.created_at < s.end_instant offset 0) u
        cross join lateral (
            select q.agent_id, q.issue_id, q.runtime_id from public.agent_task_queue q where q.id = u.task_id offset 0) t
        join public.agent a on a.id = t.agent_id
        left join public.issue i on i.id = t.issue_id
        cross join lateral (
            select u.created_at at time zone 'UTC'
                   + (@offset_seconds)[1 + width_bucket(u.created_at, @offset_changes)] * interval '1 second' as clock) l
        where a.workspace_id = @workspace
          and (@runtime is null or t.runtime_id = @runtime)
          and (@agent is null or t.agent_id = @agent)
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
          and (@provider is null or lower(u.provider collate "C") = @provider)
          and (@model is null or u.model = @model)
        group by 1, 2, 3, 4, 5
        """;

    private const string TasksSql = """
        select count(distinct u.task_id)
        from public.task_usage u
        join public.agent_task_queue t on t.id = u.task_id
        join public.agent a on a.id = t.agent_id
        left join public.issue i on i.id = t.issue_id
        where u.created_at >= @from and u.created_at < @to
          and a.workspace_id = @workspace
          and (@runtime is null or t.runtime_id = @runtime)
          and (@agent is null or t.agent_id = @agent)
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
          and (@provider is null or lower(u.provider collate "C") = @provider)
          and (@model is null or u.model = @model)
        """;

    public static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, IReadOnlyList<Span> spans,
        CostEstimate costs, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(CellsSql, connection);
        command.Parameters.AddScope(scope);
        command.Parameters.AddAxis(axis, parts, costs);
        command.Parameters.AddWithValue("starts", spans.Select(span => span.Start).ToArray());
        command.Parameters.AddWithValue("ends", spans.Select(span => span.End).ToArray());
        return await command.ReadCellsAsync(cancellationToken);
    }

    /// <summary>Counts the tasks that have usage in the window, each once.</summary>
    public static async Task<long> CountTasksAsync(
        NpgsqlConnection connection, ReportScope scope, Span window, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(TasksSql, connection);
        command.Parameters.AddScope(scope);
        command.Parameters.AddSpan(window);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
