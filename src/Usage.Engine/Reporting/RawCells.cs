using Npgsql;
using Usage.Engine.Pricing;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Aggregates the usage rows of a window, or of its cut hours. Each cell has one spelling of a provider.</summary>
internal static class RawCells
{
    private const string CellsSql = $"""
        select case @axis
                   when 'slot' then width_bucket(u.created_at, @slot_starts)
                   when 'hour' then extract(hour from l.clock)::integer
                   when 'week_hour' then (extract(isodow from l.clock) * 24 + extract(hour from l.clock))::integer
                   else 0
               end as slot,
               {ReportSql.EntityOfUsage} as entity_id,
               u.provider collate "C" as provider, u.model,
               width_bucket(u.created_at, @price_starts) as price_period,
               {MeasureSql.SumsOfUsage}, u.provider collate "C"
        {ReportSql.FromUsage}
        cross join lateral (
            {ReportSql.LocalClock}) l
        where {ReportSql.UsageFilter}
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
