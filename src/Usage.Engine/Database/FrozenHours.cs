using NodaTime;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// The horizon before which buckets are final. Drains hold a shared lock while they recompute, and the horizon moves only under the exclusive
/// one: so a drain either committed before, or reads the new horizon.
/// </summary>
internal static class FrozenHours
{
    /// <summary>Shared by drains until their transaction ends. The key is "USAF" in ASCII. Must come before the horizon is read.</summary>
    public const string ShareSql = "pg_advisory_xact_lock_shared(x'55534146'::integer, 0)";

    /// <summary>Waits until no drain is in progress, and holds up those that begin.</summary>
    public const string ExclusiveSql = "pg_advisory_xact_lock(x'55534146'::integer, 0)";

    /// <summary>The end of the frozen hours, or else of the range that the rollup covers: an expression.</summary>
    public const string EndSql = $"greatest({HourSql.RangeStart}, (select c.frozen_before from usage_rollup.control c))";

    private const string ReadSql = "select c.frozen_before from usage_rollup.control c";

    /// <summary>Reads the horizon; null if nothing is frozen.</summary>
    public static async Task<Instant?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(ReadSql, connection);
        await using var _command = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as Instant?;
    }
}
