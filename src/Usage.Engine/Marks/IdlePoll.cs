using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Marks;

/// <summary>The state of the journal at one poll.</summary>
/// <param name="PausedSince">When the engine was paused; null while it runs.</param>
/// <param name="Marked">Whether there are marks beyond the horizon.</param>
/// <param name="RetryDue">Whether something that was set aside is due for a retry.</param>
/// <param name="Backfilling">Whether a backfill is incomplete.</param>
/// <param name="Now">Horizon to adopt if this poll, or the pick that follows it, finds nothing.</param>
internal sealed record JournalState(Instant? PausedSince, bool Marked, bool RetryDue, bool Backfilling, MarkHorizon Now);

/// <summary>
/// The idle poll. It probes the index for marks beyond the horizon, and never touches the dead marks before it, however many
/// there are.
/// </summary>
internal sealed class IdlePoll(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How often all marks are considered, in case somebody has edited the engine's tables by hand.</summary>
    private static readonly TimeSpan HorizonLifetime = TimeSpan.FromMinutes(1);

    // "order by … limit" makes the planner use the index on xid instead of scanning the table.
    public const string PollSql = """
        select c.paused_at,
               @everything
               or exists (select from (select xid from usage_rollup.dirty where xid >= @next order by xid limit 1) begun)
               or exists (select from (select xid from usage_rollup.dirty where xid = any (@running) order by xid limit 1) ended) as marked,
               exists (select from usage_rollup.set_aside where retry_at <= clock_timestamp()) as retry_due,
               exists (select from usage_rollup.backfill where completed_at is null) as backfilling,
               pg_snapshot_xmax(s) as next,
               array(select pg_snapshot_xip(s)) as running,
               statement_timestamp() as at
        from usage_rollup.control c, pg_current_snapshot() s
        """;

    private volatile MarkHorizon? horizon;
    private long consideredAllAt;

    /// <summary>The current horizon; null when all marks must be considered. Marks before it are drained.</summary>
    public MarkHorizon? Horizon => horizon;

    /// <summary>Reads the journal's state, in one statement and one snapshot.</summary>
    public async Task<JournalState> PollAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(consideredAllAt) > HorizonLifetime)
        {
            horizon = null;
        }

        var command = database.CreateCommand(PollSql);
        await using var _command = command.ConfigureAwait(false);
        MarkHorizon.Bind(command.Parameters, horizon);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(
            reader.GetNullableInstant(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3),
            new(reader.GetFieldValue<ulong>(4), reader.GetFieldValue<ulong[]>(5), reader.GetFieldValue<Instant>(6)));
    }

    /// <summary>
    /// Advances the horizon to a poll at which nothing was pending: neither the poll nor the pick that followed found a mark.
    /// </summary>
    public void FoundNothing(JournalState state)
    {
        if (horizon is null)
        {
            consideredAllAt = time.GetTimestamp();
        }

        horizon = state.Now;
    }

    /// <summary>Resets the horizon, so that all marks are considered: a new connection may reach a different server.</summary>
    public void Forget() => horizon = null;
}
