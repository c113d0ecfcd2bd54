using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Schema;

namespace Usage.Engine.Standby;

/// <summary>Checks a connection to the standby.</summary>
internal static class StandbyProbe
{
    // A standby records the timeline that it replays with the pages that it writes, so this is at times an older one, never one that it does not replay.
    private const string SightSql = """
        select pg_is_in_recovery(), s.system_identifier, (select d.oid from pg_database d where d.datname = current_database()),
               pg_last_wal_replay_lsn(), extract(epoch from pg_last_xact_replay_timestamp())::double precision,
               extract(epoch from clock_timestamp())::double precision,
               greatest(c.timeline_id, r.min_recovery_end_timeline), extract(epoch from pg_postmaster_start_time())::double precision
        from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r
        """;

    private const string VersionSql = "select max(version::integer) from usage_rollup.migration where success and version is not null";

    /// <summary>
    /// Reads what it shows. A statement of its own, before the report's snapshot: within the snapshot the position could be later than what the
    /// snapshot shows.
    /// </summary>
    public static async Task<StandbySight> SeeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(SightSql, connection);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(
            reader.GetBoolean(0), new(reader.GetInt64(1), await reader.GetFieldValueAsync<uint>(2, cancellationToken).ConfigureAwait(false)),
            reader.IsDBNull(3) ? null : await reader.GetFieldValueAsync<NpgsqlLogSequenceNumber>(3, cancellationToken).ConfigureAwait(false),
            reader.IsDBNull(4) ? null : reader.GetDouble(4), reader.GetDouble(5), reader.GetInt32(6), reader.GetDouble(7));
    }

    /// <summary>Whether it has the migrations that this host needs.</summary>
    public static async Task<bool> HasSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(VersionSql, connection);
        await using var _command = command.ConfigureAwait(false);
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is int applied && applied >= SchemaScripts.Newest;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return false;
        }
    }
}
