using NodaTime;
using Npgsql;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Distinguishes history that has never been counted from drift. A drain counts everything that an agent has in an hour, so an
/// agent without any bucket in an hour has not been counted there.
/// </summary>
internal static class UncountedUsage
{
    private const string ReadSql = """
        select k.bucket_hour, k.agent_id
        from unnest(@hours, @agents) k (bucket_hour, agent_id)
        where not exists (select from usage_rollup.hourly h where h.bucket_hour = k.bucket_hour and h.agent_id = k.agent_id)
        """;

    /// <summary>Of the missing buckets, the hours and agents that have no bucket at all in the transaction's snapshot.</summary>
    public static async Task<IReadOnlySet<(Instant Hour, Guid Agent)>> AmongAsync(
        NpgsqlConnection connection, IEnumerable<BucketDrift> differences, CancellationToken cancellationToken)
    {
        var missing = differences.Where(one => one.Rollup is null).Select(one => (Hour: one.BucketHour, Agent: one.AgentId)).Distinct().ToArray();
        NpgsqlCommand command = new(ReadSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("hours", missing.Select(one => one.Hour).ToArray());
        command.Parameters.AddWithValue("agents", missing.Select(one => one.Agent).ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        HashSet<(Instant, Guid)> uncounted = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            uncounted.Add((reader.GetFieldValue<Instant>(0), reader.GetGuid(1)));
        }

        return uncounted;
    }
}
