using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Marks;

/// <summary>What a look at the journal saw.</summary>
/// <param name="PausedSince">When the engine was paused; null when it runs.</param>
/// <param name="Marked">Whether there are marks beyond the horizon.</param>
/// <param name="RetryDue">Whether something that was set aside is due again.</param>
/// <param name="Backfilling">Whether a backfill is not yet completed.</param>
/// <param name="Now">What the next horizon is, if this look or a pick that follows it finds nothing.</param>
internal sealed record JournalLook(Instant? PausedSince, bool Marked, bool RetryDue, bool Backfilling, MarkHorizon Now);

/// <summary>
/// The idle poll. It asks the index for marks beyond the horizon and touches no dead mark before it, however many there are.
/// </summary>
internal sealed class MarkWatch(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Every so often all marks are considered, should somebody have edited the engine's tables by hand.</summary>
    private static readonly TimeSpan HorizonLifetime = TimeSpan.FromMinutes(1);

    // Ordered and limited, so that the planner walks the index on xid and never the table.
    public const string LookSql = """
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

    /// <summary>The horizon now; null when all marks must be considered. True for everybody: marks before it are drained.</summary>
    public MarkHorizon? Horizon => horizon;

    /// <summary>Looks, in one statement and one snapshot.</summary>
    public async Task<JournalLook> LookAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(consideredAllAt) > HorizonLifetime)
        {
            horizon = null;
        }

        var command = database.CreateCommand(LookSql);
        await using var _command = command.ConfigureAwait(false);
        MarkHorizon.Bind(command.Parameters, horizon);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(
            reader.GetNullableInstant(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3),
            new(reader.GetFieldValue<ulong>(4), reader.GetFieldValue<ulong[]>(5), reader.GetFieldValue<Instant>(6)));
    }

    /// <summary>Says that there was nothing to drain at the look: it saw none itself, or a pick made after it found none.</summary>
    public void FoundNothing(JournalLook look)
    {
        if (horizon is null)
        {
            consideredAllAt = time.GetTimestamp();
        }

        horizon = look.Now;
    }

    /// <summary>Makes everybody consider every mark, as after a connection that may lead to another server.</summary>
    public void Forget() => horizon = null;
}
