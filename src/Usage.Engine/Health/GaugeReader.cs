using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Health;

/// <summary>Reads what the gauges show, in one statement.</summary>
internal sealed class GaugeReader(NpgsqlDataSource database, IOptions<UsageEngineOptions> options)
{
    private const string FiguresSql = """
        select m.pending_live, m.pending_backfill,
               coalesce(extract(epoch from clock_timestamp() - m.oldest_live), 0)::double precision,
               m.backfill_hours, s.agents, s.hours, s.entities,
               (select count(*) from usage_rollup.replica r
                where abs(extract(epoch from clock_timestamp() - r.heartbeat_at)) < @heartbeat_timeout),
               (select count(*) from usage_rollup.broken_trigger),
               c.paused_at is not null,
               v.drift_count, extract(epoch from clock_timestamp() - v.ended_at)::double precision,
               (select count(*) from usage_rollup.late_usage)
        from usage_rollup.control c
        cross join (
            select count(*) filter (where origin = 0) as pending_live,
                   count(*) filter (where origin <> 0) as pending_backfill,
                   min(enqueued_at) filter (where origin = 0) as oldest_live,
                   count(distinct bucket_hour) filter (where origin <> 0) as backfill_hours
            from usage_rollup.dirty) m
        cross join (
            select count(*) filter (where bucket_hour is not null and agent_id is not null) as agents,
                   count(*) filter (where bucket_hour is not null and agent_id is null) as hours,
                   count(*) filter (where bucket_hour is null) as entities
            from usage_rollup.set_aside) s
        left join lateral (
            select drift_count, ended_at from usage_rollup.verification where error is null order by id desc limit 1) v on true
        """;

    /// <exception cref="NpgsqlException">The database can't be asked.</exception>
    public async Task<GaugeFigures> ReadAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(FiguresSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<double>("heartbeat_timeout", options.Value.HeartbeatTimeout.TotalSeconds));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(
            reader.GetInt64(0), reader.GetInt64(1), Math.Max(0, reader.GetDouble(2)), reader.GetInt64(3), reader.GetInt64(4),
            reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetBoolean(9),
            reader.IsDBNull(10) ? null : reader.GetInt64(10), reader.IsDBNull(11) ? null : Math.Max(0, reader.GetDouble(11)), reader.GetInt64(12));
    }
}
