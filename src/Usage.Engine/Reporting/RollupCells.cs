using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Aggregates the buckets of a window's whole hours.</summary>
internal static class RollupCells
{
    // One statement with the axis as a parameter: the planner folds the cases and drops what the axis doesn't need. For rows by
    // the clock, buckets are first aggregated by hour, so that local time is computed once per hour instead of once per bucket. A slot is
    // found faster than an hour's sums are added up.
    private const string CellsSql = $"""
        select case @axis
                   when 'hour' then extract(hour from l.clock)::integer
                   when 'week_hour' then (extract(isodow from l.clock) * 24 + extract(hour from l.clock))::integer
                   else h.slot
               end as slot,
               h.entity_id, h.provider, h.model, h.price_period,
               sum(h.input_tokens), sum(h.output_tokens), sum(h.cache_read_tokens), sum(h.cache_write_tokens),
               sum(h.cost_usd_ticks),
               sum(h.uncosted_input_tokens), sum(h.uncosted_output_tokens),
               sum(h.uncosted_cache_read_tokens), sum(h.uncosted_cache_write_tokens),
               sum(h.task_count)::bigint, sum(h.event_count)::bigint,
               case when bool_and(h.is_folded) then h.provider end as spelling
        from (
            select case when @axis in ('hour', 'week_hour') then b.bucket_hour end as bucket_hour,
                   case @axis when 'slot' then width_bucket(b.bucket_hour, @slot_starts) else 0 end as slot,
                   case @axis when 'runtime' then b.runtime_id when 'agent' then b.agent_id when 'project' then b.project_id end as entity_id,
                   b.provider, b.model,
                   width_bucket(b.bucket_hour, @price_starts) as price_period,
                   sum(b.input_tokens) as input_tokens, sum(b.output_tokens) as output_tokens,
                   sum(b.cache_read_tokens) as cache_read_tokens, sum(b.cache_write_tokens) as cache_write_tokens,
                   sum(b.cost_usd_ticks) as cost_usd_ticks,
                   sum(b.uncosted_input_tokens) as uncosted_input_tokens, sum(b.uncosted_output_tokens) as uncosted_output_tokens,
                   sum(b.uncosted_cache_read_tokens) as uncosted_cache_read_tokens,
                   sum(b.uncosted_cache_write_tokens) as uncosted_cache_write_tokens,
                   sum(b.task_count) as task_count, sum(b.event_count) as event_count,
                   bool_and(b.spelling = '') as is_folded
            from usage_rollup.hourly b
            where {ReportSql.BucketFilter}
            group by 1, 2, 3, 4, 5, 6) h
        cross join lateral (
            select h.bucket_hour at time zone 'UTC'
                   + (@offset_seconds)[1 + width_bucket(h.bucket_hour, @offset_changes)] * interval '1 second' as clock) l
        group by 1, 2, 3, 4, 5
        """;

    public static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CellsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddAxis(axis, parts, costs);
        command.Parameters.AddRange(parts.Window);
        command.Parameters.AddWithValue("cut_hours", parts.CutHours.ToArray());
        return await command.ReadCellsAsync(cancellationToken).ConfigureAwait(false);
    }
}
