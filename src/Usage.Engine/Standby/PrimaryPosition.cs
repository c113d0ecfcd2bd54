using Npgsql;
using NpgsqlTypes;

namespace Usage.Engine.Standby;

/// <summary>Asks the primary how far a standby must be.</summary>
internal sealed class PrimaryPosition(NpgsqlDataSource primary)
{
    // The insert position: what is committed without waiting for the disk, as drains are, is before it, but may be after the positions up to
    // which the log is written and flushed. The name of a file of the log begins with its timeline.
    private const string NowSql = """
        select s.system_identifier, (select d.oid from pg_database d where d.datname = current_database()),
               ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer,
               extract(epoch from pg_postmaster_start_time())::double precision,
               pg_current_wal_insert_lsn(), extract(epoch from clock_timestamp())::double precision
        from pg_control_system() s
        """;

    // Only what is flushed is sent to a standby, and what was committed without waiting is flushed some 200 to 600 ms later. The commit of a
    // message, which waits for this server's disk alone, flushes all that came before it.
    private const string FlushedSql = """
        select s.system_identifier, (select d.oid from pg_database d where d.datname = current_database()),
               ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer,
               extract(epoch from pg_postmaster_start_time())::double precision,
               pg_logical_emit_message(true, 'usage', ''), extract(epoch from clock_timestamp())::double precision,
               set_config('synchronous_commit', 'local', true)
        from pg_control_system() s
        """;

    /// <summary>The position behind everything that is committed.</summary>
    public Task<PrimarySight> NowAsync(CancellationToken cancellationToken) => ReadAsync(NowSql, cancellationToken);

    /// <summary>The same, when everything before it is on its way to the standby.</summary>
    public Task<PrimarySight> FlushedAsync(CancellationToken cancellationToken) => ReadAsync(FlushedSql, cancellationToken);

    private async Task<PrimarySight> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        var command = primary.CreateCommand(sql);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(
            new(reader.GetInt64(0), await reader.GetFieldValueAsync<uint>(1, cancellationToken).ConfigureAwait(false)),
            reader.GetInt32(2), reader.GetDouble(3),
            await reader.GetFieldValueAsync<NpgsqlLogSequenceNumber>(4, cancellationToken).ConfigureAwait(false), reader.GetDouble(5));
    }
}
