using Npgsql;

namespace Usage.Engine.Marks;

/// <summary>
/// One advisory lock per hour, held until the transaction ends. Two drains of an hour exclude each other without waiting, and no
/// lock outlives its transaction, even behind a transaction pooler.
/// </summary>
internal static class HourLocks
{
    /// <summary>First key of the engine's advisory locks: "USAG" in ASCII. The second key is the hour number.</summary>
    public const int LockClass = 0x55534147;

    private const string TryLockSql = """
        select h.number
        from unnest(@numbers) h (number)
        where pg_try_advisory_xact_lock(@lock_class, h.number)
        """;

    /// <summary>Locks the hours that no other transaction holds, and returns those.</summary>
    public static async Task<IReadOnlyList<MarkedHour>> TryLockAsync(
        NpgsqlConnection connection, IReadOnlyCollection<MarkedHour> hours, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _command = command.ConfigureAwait(false);
        command.CommandText = TryLockSql;
        command.Parameters.AddWithValue("numbers", hours.Select(hour => hour.Hour.Number).ToArray());
        command.Parameters.AddWithValue("lock_class", LockClass);
        HashSet<int> locked = [];
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            locked.Add(reader.GetInt32(0));
        }

        return [.. hours.Where(hour => locked.Contains(hour.Hour.Number))];
    }
}
