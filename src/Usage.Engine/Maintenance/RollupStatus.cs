using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Maintenance;

/// <summary>Reads the state of all replicas from the database.</summary>
internal sealed class RollupStatus(NpgsqlDataSource database, IOptions<UsageEngineOptions> options)
{
    // A sign of life from the future is none: the server's clock was put back, and whoever gave it may have ended.
    private const string StatusSql = """
        select pending_live, pending_backfill, extract(epoch from oldest_live_age)::double precision, complete, paused_since,
               last_drain_started_at, last_drain_ended_at, last_drain_rows, last_error, last_error_at, rows_out_of_range, broken_triggers,
               changed_tables, last_heartbeat_at,
               paused_since is null and exists (
                   select from usage_rollup.replica r
                   where r.heartbeat_at between clock_timestamp() - @heartbeat_timeout and clock_timestamp() + @heartbeat_timeout)
        from usage_rollup.status
        """;

    private const string BackfillSql = """
        select b.from_hour, b.to_hour, b.hours,
               case when b.completed_at is null
                    then (select count(distinct d.bucket_hour) from usage_rollup.dirty d where d.origin = 1)
                    else 0 end,
               b.started_at, b.completed_at
        from usage_rollup.backfill b
        order by b.id desc
        limit 1
        """;

    private const string SetAsideSql = """
        select bucket_hour, task_id, issue_id, agent_id, error, attempts, first_failed_at, last_failed_at, retry_at
        from usage_rollup.set_aside
        order by first_failed_at
        limit 1000
        """;

    private const string ReplicasSql = """
        select name, started_at, drain_started_at, drain_ended_at, drain_rows, total_hours, total_rows, last_error, last_error_at,
               heartbeat_at,
               coalesce(heartbeat_at between clock_timestamp() - @heartbeat_timeout and clock_timestamp() + @heartbeat_timeout, false), failures
        from usage_rollup.replica
        order by greatest(started_at, drain_ended_at, last_error_at) desc
        limit 100
        """;

    private const string AgesSql = """
        select b.floor, lead(b.floor) over (order by b.floor), coalesce(m.marks, 0)
        from unnest(@floors) with ordinality b (floor, place)
        left join (
            select width_bucket(extract(epoch from greatest(statement_timestamp() - enqueued_at, interval '0'))::double precision, @floors) as place,
                   count(*) as marks
            from usage_rollup.dirty
            where origin = 0
            group by 1) m on m.place = b.place
        order by b.floor
        """;

    private const string VerificationsSql = """
        select started_at, ended_at, replica, scheduled, error, coalesce(raw_rows, 0), coalesce(buckets, 0), coalesce(drift_count, 0),
               coalesce(marked_hours, 0), coalesce(pending_hours, 0)
        from usage_rollup.verification
        order by id desc
        limit 10
        """;

    private const string RetentionSql = """
        select c.frozen_before, l.rows, l.tokens, l.newest
        from usage_rollup.control c
        cross join (
            select count(*) as rows, coalesce(sum(input_tokens::numeric + output_tokens + cache_read_tokens + cache_write_tokens), 0) as tokens,
                   max(noted_at) as newest
            from usage_rollup.late_usage) l
        """;

    private static readonly double[] AgeFloors = [0, 1, 10, 60, 600];

    public async Task<EngineStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var batch = database.CreateBatch();
        await using var _batch = batch.ConfigureAwait(false);
        AddLimit(batch.Add(StatusSql));
        batch.Add(BackfillSql);
        batch.Add(SetAsideSql);
        AddLimit(batch.Add(ReplicasSql));
        batch.Add(AgesSql).Parameters.Add(new NpgsqlParameter<double[]>("floors", AgeFloors));
        batch.Add(VerificationsSql);
        batch.Add(RetentionSql);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);

        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        EngineStatus status = new(
            reader.GetInt64(0), reader.GetInt64(1), Duration.FromSeconds(reader.GetDouble(2)), reader.GetBoolean(3),
            reader.GetNullableInstant(4), reader.GetNullableInstant(5), reader.GetNullableInstant(6), reader.GetNullableInt64(7),
            reader.GetNullableString(8), reader.GetNullableInstant(9), reader.GetInt64(10), Backfill: null, SetAside: [],
            reader.GetFieldValue<string[]>(11), Replicas: [], reader.GetFieldValue<string[]>(12), reader.GetNullableInstant(13),
            reader.GetBoolean(14));

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        status = status with
        {
            Backfill = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? BackfillRow(reader) : null,
            SetAside = await RowsAsync(reader, SetAsideRow, cancellationToken).ConfigureAwait(false),
            Replicas = await RowsAsync(reader, ReplicaRow, cancellationToken).ConfigureAwait(false),
            PendingByAge = await RowsAsync(reader, AgeRow, cancellationToken).ConfigureAwait(false),
            Verifications = await RowsAsync(reader, VerificationRow, cancellationToken).ConfigureAwait(false),
        };

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return status with
        {
            FrozenBefore = reader.GetNullableInstant(0),
            LateUsage = new(reader.GetInt64(1), reader.GetDecimal(2), reader.GetNullableInstant(3)),
        };
    }

    private static async Task<IReadOnlyList<T>> RowsAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private static BackfillState BackfillRow(NpgsqlDataReader reader) => new(
        reader.GetNullableInstant(0), reader.GetNullableInstant(1), reader.GetInt64(2), reader.GetInt64(3),
        reader.GetFieldValue<Instant>(4), reader.GetNullableInstant(5));

    private static SetAsideMark SetAsideRow(NpgsqlDataReader reader) => new(
        reader.GetNullableInstant(0), reader.GetNullableGuid(1), reader.GetNullableGuid(2), reader.GetNullableGuid(3),
        reader.GetString(4), reader.GetInt32(5), reader.GetFieldValue<Instant>(6), reader.GetFieldValue<Instant>(7),
        reader.GetFieldValue<Instant>(8));

    private static ReplicaState ReplicaRow(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetFieldValue<Instant>(1), reader.GetNullableInstant(2), reader.GetNullableInstant(3),
        reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetNullableString(7), reader.GetNullableInstant(8),
        reader.GetNullableInstant(9), reader.GetBoolean(10), reader.GetInt32(11));

    private static MarksOfAge AgeRow(NpgsqlDataReader reader) => new(
        Duration.FromSeconds(reader.GetDouble(0)), reader.IsDBNull(1) ? null : Duration.FromSeconds(reader.GetDouble(1)), reader.GetInt64(2));

    private static VerificationState VerificationRow(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<Instant>(0), reader.GetFieldValue<Instant>(1), reader.GetString(2), reader.GetBoolean(3),
        reader.GetNullableString(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9));

    private void AddLimit(NpgsqlBatchCommand command) => command.Parameters.Add(
        new NpgsqlParameter<Duration>("heartbeat_timeout", Duration.FromTimeSpan(options.Value.HeartbeatTimeout)));
}
