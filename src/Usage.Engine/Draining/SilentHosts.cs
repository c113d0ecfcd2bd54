using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Draining;

/// <summary>
/// Ends the transactions of unresponsive hosts whose backends wait for them, which releases their hours. PostgreSQL itself ends a
/// backend that waits for a statement, and on Linux one that is blocked sending over TCP; this ends the others.
/// </summary>
internal sealed class SilentHosts(NpgsqlDataSource database, IOptions<UsageEngineOptions> options, TimeProvider time, EngineLog log)
{
    // Only backends of this database that hold the engine's lock, in a transaction older than the limit, that wait for their
    // client, and whose replica has sent no heartbeat since. Backends of other roles can't be seen or terminated. A drain that is
    // merely slow sends heartbeats.
    private const string EndSql = """
        select s.pid, s.silent, pg_terminate_backend(s.pid)
        from (
            select a.pid, extract(epoch from clock_timestamp() - a.xact_start)::double precision as silent
            from pg_locks l
            join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = @lock_class::oid
              and l.database = (select d.oid from pg_database d where d.datname = current_database())
              and a.xact_start < clock_timestamp() - @limit
              and a.wait_event_type = 'Client'
              and a.usename = current_user
              and not exists (
                  select from usage_rollup.replica r
                  where hashtext(r.name)::oid = l.objid
                    and greatest(r.heartbeat_at, r.seen_at) > clock_timestamp() - @limit)
            offset 0) s
        """;

    private long endedAt = time.GetTimestamp();

    /// <summary>Ends the transactions of unresponsive hosts, if that is due.</summary>
    public async Task EndWhenDueAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(endedAt) >= options.Value.SilentHostTimeout / 10)
        {
            endedAt = time.GetTimestamp();
            await EndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the transactions of unresponsive hosts.</summary>
    /// <returns>The number of backends terminated.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        var command = database.CreateCommand(EndSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<int>("lock_class", HostLock.LockClass));
        command.Parameters.Add(new NpgsqlParameter<Duration>("limit", Duration.FromTimeSpan(options.Value.SilentHostTimeout)));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            log.SilentHostEnded(reader.GetInt32(0), TimeSpan.FromSeconds(reader.GetDouble(1)));
            ended++;
        }

        return ended;
    }
}
