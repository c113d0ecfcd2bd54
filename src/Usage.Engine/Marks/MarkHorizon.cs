using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Usage.Engine.Marks;

/// <summary>
/// A snapshot before which the journal is known to be drained. Only a transaction that was running at that moment, or began
/// later, can own a pending mark, apart from marks that are set aside.
/// </summary>
/// <param name="NextTransaction">The first transaction id that had not been assigned.</param>
/// <param name="Running">Transactions that were in progress.</param>
/// <param name="At">
/// A time before the moment, by the database's clock: what has a mark beyond the horizon has committed since.
/// </param>
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
