using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Marks;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Marks whole hours for backfill and counts those left. The marks are durable, so nothing needs to be resumed after a crash.
/// </summary>
internal sealed class BackfillJournal(NpgsqlDataSource database, DrainSession session)
{
    // One statement: the backfill is recorded with all of its marks, or not at all.
    private const string MarkSql = """
        with marked as (
            insert into usage_rollup.dirty (bucket_hour, origin)
            select h.bucket_hour, 1 from usage_rollup.hours_with_data(@from, @to) h order by h.bucket_hour desc
            returning 1)
        insert into usage_rollup.backfill (from_hour, to_hour, hours, completed_at)
        select @from, @to, count(*), case when count(*) = 0 then clock_timestamp() end from marked
        returning hours
        """;

    private const string CountSql = $"""
        select (select count(*) from usage_rollup.hours_with_data(@from, @to)),
               (select count(*) from public.task_usage u
                where u.created_at >= coalesce(@from, {HourSql.RangeStart})
                  and u.created_at < coalesce(@to, {HourSql.RangeEnd}))
        """;

    private const string HistoryIsMarkedSql =
        "select exists (select from usage_rollup.backfill where from_hour is null and to_hour is null)";

    private const string TryLockHistorySql = "select pg_try_advisory_xact_lock(@lock_class, -1)";

    private const string PendingSql = """
        select count(distinct d.bucket_hour)
        from usage_rollup.dirty d
        where d.origin = 1 and d.bucket_hour is not null
          and not exists (
              select from usage_rollup.set_aside s
              where s.bucket_hour = d.bucket_hour and (s.agent_id is null or s.agent_id = d.agent_id) and s.retry_at > clock_timestamp())
        """;

    // Marks that a drain has claimed but not committed are still visible here, so a backfill is not complete before the last
    // commit. Hours that are set aside don't hold it up, because reports read them from raw rows: one tenant's bad hour must not
    // affect everybody.
    private const string CompleteSql = """
        update usage_rollup.backfill
        set completed_at = clock_timestamp()
        where completed_at is null
          and not exists (
              select from usage_rollup.dirty d
              where d.origin = 1
                and not exists (
                    select from usage_rollup.set_aside s
                    where s.bucket_hour = d.bucket_hour and (s.agent_id is null or s.agent_id = d.agent_id)))
        """;

    /// <summary>Marks every hour of the range that has usage or buckets.</summary>
    public async Task<long> MarkAsync(Instant? from, Instant? to, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await MarkAsync(connection, from, to, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks all history if that has never been done. Returns null if it has, or if another host is doing it.</summary>
    public async Task<long?> MarkHistoryOnceAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await session.BeginDurableAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        NpgsqlCommand tryLock = new(TryLockHistorySql, connection);
        await using var _tryLock = tryLock.ConfigureAwait(false);
        tryLock.Parameters.AddWithValue("lock_class", HourLocks.LockClass);
        NpgsqlCommand isMarked = new(HistoryIsMarkedSql, connection);
        await using var _isMarked = isMarked.ConfigureAwait(false);
        if (await tryLock.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true
            || await isMarked.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            return null;
        }

        var hours = await MarkAsync(connection, from: null, to: null, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return hours;
    }

    /// <summary>Counts the hours and usage rows that a backfill of the range would recompute.</summary>
    public async Task<(long Hours, long Rows)> CountAsync(Instant? from, Instant? to, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(CountSql);
        await using var _command = command.ConfigureAwait(false);
        AddRange(command, from, to);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Hours with backfill marks that are not set aside.</summary>
    public async Task<long> CountPendingAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(PendingSql);
        await using var _command = command.ConfigureAwait(false);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Completes the backfills whose marks are all drained.</summary>
    public async Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(CompleteSql);
        await using var _command = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0;
    }

    private static async Task<long> MarkAsync(
        NpgsqlConnection connection, Instant? from, Instant? to, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(MarkSql, connection);
        await using var _command = command.ConfigureAwait(false);
        AddRange(command, from, to);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static void AddRange(NpgsqlCommand command, Instant? from, Instant? to)
    {
        command.Parameters.Add(new NpgsqlParameter<Instant?>("from", from));
        command.Parameters.Add(new NpgsqlParameter<Instant?>("to", to));
    }
}
