using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Maintenance;

/// <summary>The hours that a snapshot's marks affect, expanded or not.</summary>
internal static class PendingHours
{
    // Each kind of entity uses its own index, and each "offset 0" fences an index probe: a combined condition would read every
    // task.
    private const string ReadSql = $"""
        with entity as (
            select distinct d.task_id, d.issue_id, d.agent_id
            from usage_rollup.dirty d
            where d.bucket_hour is null),
        task (id) as (
            select e.task_id from entity e where e.task_id is not null
            union
            select t.id from entity e
            cross join lateral (select q.id from public.agent_task_queue q where q.issue_id = e.issue_id offset 0) t
            union
            select t.id from entity e
            cross join lateral (select q.id from public.agent_task_queue q where q.agent_id = e.agent_id offset 0) t)
        select distinct d.bucket_hour
        from usage_rollup.dirty d
        where d.bucket_hour is not null
        union
        select {HourSql.OfUsage}
        from task t
        cross join lateral (
            select x.created_at from public.task_usage x
            where x.task_id = t.id
              and x.created_at >= {HourSql.RangeStart} and x.created_at < {HourSql.RangeEnd}
            offset 0) u
        union
        select h.bucket_hour
        from usage_rollup.hours_with_data(null, null) h
        where exists (select from entity e where e.task_id is null and e.issue_id is null and e.agent_id is null)
        """;

    /// <summary>Reads the hours in the transaction's snapshot.</summary>
    public static async Task<IReadOnlySet<Instant>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(ReadSql, connection) { CommandTimeout = 0 };
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        HashSet<Instant> hours = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            hours.Add(reader.GetFieldValue<Instant>(0));
        }

        return hours;
    }
}
