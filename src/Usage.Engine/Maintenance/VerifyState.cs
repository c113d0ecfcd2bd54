using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Maintenance;

/// <summary>The state of the rollup as a whole in a snapshot.</summary>
internal sealed record VerifyState(
    bool Complete, IReadOnlyList<string> BrokenTriggers, IReadOnlyList<string> ChangedTables, Instant? FrozenBefore)
{
    private const string ReadSql = """
        select exists (
                   select from usage_rollup.backfill b
                   where b.from_hour is null and b.to_hour is null and b.completed_at is not null),
               array(select t.relation || '.' || t.name from usage_rollup.broken_trigger t order by 1),
               array(select t.name || ': ' || t.change from usage_rollup.changed_table t order by 1),
               (select c.frozen_before from usage_rollup.control c)
        """;

    /// <summary>Reads the state in the transaction's snapshot.</summary>
    public static async Task<VerifyState> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(ReadSql, connection);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(reader.GetBoolean(0), reader.GetFieldValue<string[]>(1), reader.GetFieldValue<string[]>(2), reader.GetNullableInstant(3));
    }
}
