using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Usage.Engine.Marks;

/// <summary>
/// A moment after which a pick found the journal empty. By the rules of snapshots, only a transaction that was running then, or began
/// later, can have a mark that is not drained; marks that were set aside excepted.
/// </summary>
/// <param name="NextTransaction">First transaction id that had not begun.</param>
/// <param name="Running">Transactions that had begun and not ended.</param>
/// <param name="At">A time before the moment, by the database's clock: what has a mark beyond the horizon has committed since.</param>
internal sealed record MarkHorizon(ulong NextTransaction, ulong[] Running, Instant At)
{
    /// <summary>
    /// Binds <c>@everything</c>, <c>@next</c> and <c>@running</c>. Without a horizon every mark is considered.
    /// </summary>
    public static void Bind(NpgsqlParameterCollection parameters, MarkHorizon? horizon)
    {
        parameters.AddWithValue("everything", horizon is null);
        parameters.AddWithValue("next", NpgsqlDbType.Xid8, horizon?.NextTransaction ?? 0);
        parameters.AddWithValue("running", NpgsqlDbType.Array | NpgsqlDbType.Xid8, horizon?.Running ?? []);
    }
}
