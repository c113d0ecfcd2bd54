using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>Adds up the buckets of a window's whole hours.</summary>
internal static class RollupCells
{
    // The axis is a parameter of one statement: the planner folds the cases and drops what the axis does not need.
    private const string CellsSql = """
        select case @axis
                   when 'day' then width_bucket(h.bucket_hour, @day_starts)
                   when 'hour' then extract(hour from l.clock)::integer
                   when 'week_hour' then (extract(isodow from l.clock) * 24 + extract(hour from l.clock))::integer
                   else 0
               end as slot,
               case @axis when 'agent' then h.agent_id when 'project' then h.project_id end as entity_id,
               h.provider, h.model,
               width_bucket(h.bucket_hour, @price_starts) as price_period,
               sum(h.input_tokens), sum(h.output_tokens), sum(h.cache_read_tokens), sum(h.cache_write_tokens),
               sum(h.cost_usd_ticks),
               sum(h.uncosted_input_tokens), sum(h.uncosted_output_tokens),
               sum(h.uncosted_cache_read_tokens), sum(h.uncosted_cache_write_tokens),
               sum(h.task_count)::bigint, sum(h.event_count)::bigint
        from usage_rollup.hourly h
        cross join lateral (
            select h.bucket_hour at time zone 'UTC'
                   + (@offset_seconds)[1 + width_bucket(h.bucket_hour, @offset_changes)] * interval '1 second' as clock) l
        where h.workspace_id = @workspace
          and h.bucket_hour >= @from and h.bucket_hour < @to
          and h.bucket_hour <> all (@cut_hours)
          and (@runtime is null or h.runtime_id = @runtime)
          and (@agent is null or h.agent_id = @agent)
          and (@project is null or h.project_id = @project)
          and (not @without_project or h.project_id is null)
          and (@provider is null or h.provider = @provider)
          and (@model is null or h.model = @model)
        group by 1, 2, 3, 4, 5
        """;

    public static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(CellsSql, connection);
        command.Parameters.AddScope(scope);
        command.Parameters.AddAxis(axis, parts, costs);
        command.Parameters.AddSpan(parts.Window);
        command.Parameters.AddWithValue("cut_hours", parts.CutHours.ToArray());
        return await command.ReadCellsAsync(cancellationToken);
    }
}
