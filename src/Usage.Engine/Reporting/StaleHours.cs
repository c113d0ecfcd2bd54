using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>
/// Finds the hours of a window whose buckets may be wrong for a scope, according to what is pending or set aside in the
/// connection's snapshot. A drain deletes marks and replaces buckets in one transaction, so in any snapshot an hour without marks
/// is correct.
/// </summary>
internal static class StaleHours
{
    /// <summary>
    /// Maximum number of distinct marks to check. If there are more old ones, the engine is far behind, and the report reads raw
    /// rows.
    /// </summary>
    private const int MaxMarks = 100_000;

    // A mark affects a scope if a drain would recompute something in it: usage that the mark's task or agent has now, if the
    // agent belongs to the workspace; and buckets that its agents have in that hour, if one of them is the workspace's. A moved
    // or deleted agent is known by its buckets. A mark that resolves to no agent may affect everybody.
    private const string HoursSql = """
        with marks as materialized (
            select distinct d.bucket_hour, d.task_id, d.issue_id, d.agent_id
            from usage_rollup.dirty d
            where d.enqueued_at <= @as_of
              and (d.origin = 0 or @of_all_origins)
              and (d.bucket_hour is null or d.bucket_hour >= @from and d.bucket_hour < @to)
            limit @max_marks),
        pending as (
            select m.bucket_hour, m.task_id, m.issue_id, m.agent_id from marks m
            union
            select s.bucket_hour, s.task_id, s.issue_id, s.agent_id
            from usage_rollup.set_aside s
            where s.bucket_hour is null or s.bucket_hour >= @from and s.bucket_hour < @to)
        select distinct p.bucket_hour, null::uuid as task_id, null::uuid as issue_id, null::uuid as agent_id
        from pending p
        left join lateral (
            select t.agent_id, t.runtime_id, true as is_current from public.agent_task_queue t where t.id = p.task_id
            union all
            select m.agent_id, null, false from usage_rollup.moved m where m.task_id = p.task_id
            union all
            select p.agent_id, null, true where p.agent_id is not null) b on true
        where p.bucket_hour is not null
          and (b.agent_id is null
               or b.is_current
                  and (@runtime is null or p.agent_id is not null or b.runtime_id = @runtime)
                  and exists (select from public.agent a where a.id = b.agent_id and a.workspace_id = @workspace)
               or exists (
                   select from usage_rollup.hourly h
                   where h.bucket_hour = p.bucket_hour and h.agent_id = b.agent_id and h.workspace_id = @workspace
                     and (@runtime is null or h.runtime_id = @runtime)))
        union all
        select null, p.task_id, p.issue_id, p.agent_id from pending p where p.bucket_hour is null
        union all
        select null, null, null, null where (select count(*) from marks) = @max_marks
        """;

    /// <summary>Returns the hours, or null if they are unknown and everything is stale.</summary>
    /// <param name="connection">A connection in the transaction of the report.</param>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="parts">The window.</param>
    /// <param name="asOf">Younger marks don't make anything stale.</param>
    /// <param name="ofAllOrigins">Whether marks of backfills and repairs also count.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public static async Task<IReadOnlyCollection<Instant>?> FindAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, Instant asOf, bool ofAllOrigins,
        CancellationToken cancellationToken)
    {
        HashSet<Instant> hours = [];
        List<StaleEntity> entities = [];
        NpgsqlCommand command = new(HoursSql, connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.AddScope(scope);
            command.Parameters.AddRange(new InstantRange(parts.FirstHour, parts.Window.End));
            command.Parameters.AddWithValue("as_of", asOf);
            command.Parameters.AddWithValue("of_all_origins", ofAllOrigins);
            command.Parameters.AddWithValue("max_marks", MaxMarks);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _reader = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await reader.IsDBNullAsync(0, cancellationToken).ConfigureAwait(false))
                {
                    entities.Add(new(reader.GetNullableGuid(1), reader.GetNullableGuid(2), reader.GetNullableGuid(3)));
                }
                else
                {
                    hours.Add(await reader.GetFieldValueAsync<Instant>(0, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return entities.Count > 0 && await StaleEntities.ConcernAsync(connection, scope, parts, entities, cancellationToken).ConfigureAwait(false) ? null : hours;
    }
}
