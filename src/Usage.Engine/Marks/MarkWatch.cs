using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Usage.Engine.Marks;

/// <summary>What a look at the journal saw.</summary>
/// <param name="PausedSince">When the engine was paused; null when it runs.</param>
/// <param name="Marked">Whether there may be something to drain.</param>
/// <param name="Backfilling">Whether a backfill is not yet completed.</param>
/// <param name="NextTransaction">First transaction id that had not begun.</param>
/// <param name="Running">Transactions that had begun and not ended.</param>
internal sealed record JournalLook(Instant? PausedSince, bool Marked, bool Backfilling, ulong NextTransaction, ulong[] Running);

/// <summary>
/// The idle poll. After a pick has found nothing, only a transaction that was still running at the look before it, or that
/// began later, can add a mark: the next looks ask the index for those and touch no dead mark, however many there are.
/// </summary>
internal sealed class MarkWatch(NpgsqlDataSource database)
{
    // Ordered and limited, so that the planner walks the index on xid and never the table.
    private const string LookSql = """
        select c.paused_at,
               @everything
               or exists (select from (select xid from usage_rollup.dirty where xid >= @next order by xid limit 1) begun)
               or exists (select from (select xid from usage_rollup.dirty where xid = any (@running) order by xid limit 1) ended)
               or exists (select from usage_rollup.set_aside where retry_at <= clock_timestamp()) as marked,
               exists (select from usage_rollup.backfill where completed_at is null) as backfilling,
               pg_snapshot_xmax(s) as next,
               array(select pg_snapshot_xip(s)) as running
        from usage_rollup.control c, pg_current_snapshot() s
        """;

    private JournalLook? quiet;

    /// <summary>Looks, in one statement and one snapshot.</summary>
    public async Task<JournalLook> LookAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LookSql);
        command.Parameters.AddWithValue("everything", quiet is null);
        command.Parameters.AddWithValue("next", NpgsqlDbType.Xid8, quiet?.NextTransaction ?? 0);
        command.Parameters.AddWithValue("running", NpgsqlDbType.Array | NpgsqlDbType.Xid8, quiet?.Running ?? []);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(
            reader.IsDBNull(0) ? null : reader.GetFieldValue<Instant>(0), reader.GetBoolean(1), reader.GetBoolean(2),
            reader.GetFieldValue<ulong>(3), reader.GetFieldValue<ulong[]>(4));
    }

    /// <summary>Says that a pick made after the look found nothing: older transactions need not be asked about again.</summary>
    public void FoundNothingSince(JournalLook look) => quiet = look;

    /// <summary>Makes the next look consider every mark, as after a connection to another server.</summary>
    public void Forget() => quiet = null;
}
