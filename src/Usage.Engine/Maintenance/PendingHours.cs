using NodaTime;
using Npgsql;

namespace Usage.Engine.Maintenance;

/// <summary>The hours that a snapshot's marks reach, expanded or not.</summary>
internal static class PendingHours
{
    private const string ReadSql = """
        select distinct d.bucket_hour
        from usage_rollup.dirty d
        where d.bucket_hour is not null
        union
        select date_bin('1 hour', u.created_at, timestamptz '2000-01-01 00:00:00+00')
        from usage_rollup.dirty d
        join public.agent_task_queue t on t.id = d.task_id or t.issue_id = d.issue_id or t.agent_id = d.agent_id
        join public.task_usage u on u.task_id = t.id
        where d.bucket_hour is null
          and u.created_at >= timestamptz '2000-01-01 00:00:00+00' and u.created_at < timestamptz '2101-01-01 00:00:00+00'
        union
        select h.bucket_hour
        from usage_rollup.hours_with_data(null, null) h
        where exists (
            select from usage_rollup.dirty d
            where d.bucket_hour is null and d.task_id is null and d.issue_id is null and d.agent_id is null)
        """;

    /// <summary>Reads them in the transaction's snapshot.</summary>
    public static async Task<IReadOnlySet<Instant>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(ReadSql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<Instant> hours = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            hours.Add(reader.GetFieldValue<Instant>(0));
        }

        return hours;
    }
}
