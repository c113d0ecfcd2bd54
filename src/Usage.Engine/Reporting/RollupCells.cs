using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Engine.Reporting;

/// <summary>Aggregates the buckets of a window's whole hours.</summary>
internal static class RollupCells
{
    private const string Sums = """
        sum(b.input_tokens), sum(b.output_tokens), sum(b.cache_read_tokens), sum(b.cache_write_tokens), sum(b.cost_usd_ticks),
               sum(b.uncosted_input_tokens), sum(b.uncosted_output_tokens), sum(b.uncosted_cache_read_tokens), sum(b.uncosted_cache_write_tokens),
               sum(b.task_count)::bigint, sum(b.event_count)::bigint,
               case when bool_and(b.spelling = '') then b.provider end as spelling
        """;

    // One statement with the axis as a parameter: the planner folds the cases and drops what the axis doesn't need.
    private const string CellsSql = $"""
        select case @axis when 'slot' then width_bucket(b.bucket_hour, @slot_starts) else 0 end as slot,
               case @axis when 'runtime' then b.runtime_id when 'agent' then b.agent_id when 'project' then b.project_id end as entity_id,
               b.provider, b.model, width_bucket(b.bucket_hour, @price_starts) as price_period,
               {Sums}
        from usage_rollup.hourly b
        where {ReportSql.BucketFilter}
        group by 1, 2, 3, 4, 5
        """;

    // By the clock: the slot of each hour is known, which is faster than computing local time in the database, once a bucket or once an hour.
    private const string ClockSql = $"""
        select c.slot, null::uuid as entity_id, b.provider, b.model, width_bucket(b.bucket_hour, @price_starts) as price_period,
               {Sums}
        from unnest(@hours, @hour_slots) c (hour, slot)
        join usage_rollup.hourly b on b.bucket_hour = c.hour
        where {ReportSql.BucketFilter}
        group by 1, 2, 3, 4, 5
        """;

    public static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, ReportAxis axis, WindowParts parts, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        var byClock = axis is ReportAxis.Hour or ReportAxis.WeekHour;
        NpgsqlCommand command = new(byClock ? ClockSql : CellsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddWithValue("price_starts", costs.PeriodStarts);
        if (byClock)
        {
            var hours = ClockHours.Of(parts, axis);
            command.Parameters.AddWithValue("hours", hours.Starts);
            command.Parameters.AddWithValue("hour_slots", hours.Slots);
        }
        else
        {
            command.Parameters.AddWithValue("axis", CellReader.NameOf(axis));
            command.Parameters.AddWithValue("slot_starts", parts.SlotStarts.ToArray());
        }

        command.Parameters.AddRange(parts.Window);
        command.Parameters.AddWithValue("cut_hours", parts.CutHours.ToArray());
        return await command.ReadCellsAsync(cancellationToken).ConfigureAwait(false);
    }
}
